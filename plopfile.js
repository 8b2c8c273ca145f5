// What `npx plop` reads; `npx nx g` does the same. Plain JavaScript, so that the wrong Node can be told that it is wrong.
export { default } from '@mochi/nx/plop'
