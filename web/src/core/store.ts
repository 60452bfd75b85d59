// A value that views watch: one change, one call of each watcher, in a microtask.
//
//     const store = new Store({ count: 0 });
//     store.watch((state) => [state.count], () => render());
//     store.set({ count: 1 });

export class Store<State extends object> {
  #state: State;
  #watchers: { select: (state: State) => unknown[]; last: unknown[]; run: (state: State) => void }[] = [];
  #pending = false;

  constructor(state: State) {
    this.#state = state;
  }

  get state(): Readonly<State> {
    return this.#state;
  }

  set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => this.#notify());
  }

  /** Calls `run` now, and whenever one of the selected values is another one, until `signal` ends it. */
  watch(select: (state: State) => unknown[], run: (state: State) => void, signal?: AbortSignal): void {
    if (signal?.aborted) return;
    const watcher = { select, last: select(this.#state), run };
    this.#watchers.push(watcher);
    signal?.addEventListener("abort", () => {
      this.#watchers = this.#watchers.filter((it) => it !== watcher);
    });
    run(this.#state);
  }

  #notify(): void {
    this.#pending = false;
    const state = this.#state;
    for (const watcher of this.#watchers) {
      const now = watcher.select(state);
      if (now.every((value, index) => Object.is(value, watcher.last[index]))) continue;
      watcher.last = now;
      watcher.run(state);
    }
  }
}
