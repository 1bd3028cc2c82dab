import { refusalOf } from "./api.ts";
import { h } from "./elements.ts";
import type { Say } from "./notices.ts";

/**
 * Does something to the record, says what was done, and shows how things stand then. What is refused is told in its place.
 * @returns whether it was done
 */
export type Act = (done: string, run: () => Promise<unknown>) => Promise<boolean>;

/** @param show how things stand after an act. @returns the place where refusals are told, too */
export function createAct(say: Say, show: () => Promise<void>): { readonly act: Act; readonly problem: HTMLElement } {
  const problem = h("p", { class: "problem", role: "alert" });
  const act: Act = async (done, run) => {
    try {
      const answer = await run();
      problem.textContent = "";
      say({ text: done, revision: revisionIn(answer) });
      await show();
      return true;
    } catch (error) {
      const { code, message } = refusalOf(error);
      problem.textContent =
        code === "unavailable" ? `${message}: look whether it was done before you try again` : message;
      await show();
      return false;
    }
  };
  return { act, problem };
}

/** A hold is named by its revision; other acts say which one they are, where it is theirs alone. */
function revisionIn(answer: unknown): number | null {
  if (typeof answer !== "object" || answer === null) return null;
  if ("revision" in answer && typeof answer.revision === "number") return answer.revision;
  return "hold" in answer && typeof answer.hold === "number" ? answer.hold : null;
}
