// Verdaccio as a CommonJS module: only its calls of `require` find what stands in for its logger, in a bundle too.
module.exports = require('verdaccio')
