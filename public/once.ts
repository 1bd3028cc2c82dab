/**
 * Does nothing while what it has begun is not done: who presses twice before the answer comes has done it once.
 *
 * @param show told whether something is being done
 */
export function once<T extends unknown[]>(
  run: (...given: T) => Promise<unknown>,
  show: (isBusy: boolean) => void = () => {},
): (...given: T) => void {
  let isBusy = false;
  const become = (busy: boolean) => {
    isBusy = busy;
    show(busy);
  };
  return (...given) => {
    if (isBusy) return;
    become(true);
    void run(...given).finally(() => become(false));
  };
}
