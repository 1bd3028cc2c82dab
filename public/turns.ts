/**
 * Resolves when the browser has drawn what there is, and answered whoever uses the page. What takes long is done in turns with this
 * in between. Behind another window nothing is drawn, and there is nothing to wait for.
 */
export function drawn(): Promise<void> {
  return new Promise((resolve) => {
    const next = () => setTimeout(resolve, 0);
    if (document.hidden) next();
    else requestAnimationFrame(next);
  });
}
