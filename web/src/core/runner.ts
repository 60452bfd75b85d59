// Runs the analysis some time after the last key, one at a time.
//
//     const runner = new Runner(150, (signal) => analyze(signal));
//     runner.touch();     // at each key: ends the old run, starts a new one 150 ms later

export class Runner {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #controller: AbortController | undefined;

  constructor(
    readonly delayMs: number,
    readonly run: (signal: AbortSignal) => Promise<void>,
  ) {}

  /** Something changed: what runs now is out of date. */
  touch(delayMs = this.delayMs): void {
    this.cancel();
    this.#timer = setTimeout(() => void this.now(), delayMs);
  }

  async now(): Promise<void> {
    this.cancel();
    const controller = new AbortController();
    this.#controller = controller;
    await this.run(controller.signal);
    if (this.#controller === controller) this.#controller = undefined;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort();
    this.#controller = undefined;
  }
}
