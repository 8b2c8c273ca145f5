/** What `POST /v1/results` takes: how the tasks of a run ended, for saved time and flakes. */
export type Results = {
  readonly tasks: readonly {
    readonly hash: string
    /** `foo:build` */
    readonly task: string
    readonly status: 'success' | 'failure' | 'remote-cache'
    readonly ms: number
  }[]
}
