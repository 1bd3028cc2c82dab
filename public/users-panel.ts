import { ROLES, type Role } from "../src/domain/role.ts";
import { type Act, createAct } from "./act.ts";
import { createActForm } from "./act-form.ts";
import { refusalOf, type User } from "./api.ts";
import type { Desk } from "./desk.ts";
import { actButton, h, headings, refill } from "./elements.ts";
import type { Say } from "./notices.ts";
import { once } from "./once.ts";
import { shortTime } from "./wording.ts";

/** The users, for administrators: who there is, roles, keys. A key is shown once, until the next act. */
export function createUsers(desk: Desk, say: Say): HTMLElement {
  const { users } = desk.api;
  const body = h("tbody");
  const key = h("p", { class: "key", "aria-live": "polite" });
  const element = h("section", { class: "users", "aria-label": "Users", hidden: true });
  const silence = h("p", { class: "problem", role: "alert" });
  let question = 0;
  const show = async () => {
    element.hidden = !desk.session.mayActAs("admin");
    if (element.hidden || desk.state.get().view !== "operations") return;
    question += 1;
    const mine = question;
    try {
      const list = await users.list.query();
      if (mine !== question) return; // what was asked later knows more, though it was answered before
      refill(body, ...list.map((user) => line(desk, user, act)));
      silence.textContent = "";
    } catch (error) {
      if (mine === question) silence.textContent = refusalOf(error).message;
    }
  };
  const acting = createAct(say, show);
  const act: UserAct = (username, done, run) =>
    acting.act(done, async () => {
      const answer = await run();
      const made = typeof answer === "object" && answer !== null && "key" in answer ? String(answer.key) : null;
      const self = desk.session.user();
      if (made !== null && username === self?.username) desk.session.signIn(made, self); // the old one is of no use now
      refill(key, ...(made === null ? [] : [`${done}. The key, shown only now: `, h("code", {}, made)]));
      return answer;
    });
  refill(
    element,
    h("h2", {}, "Users"),
    silence,
    acting.problem,
    key,
    h(
      "div",
      { class: "scroll" },
      h("table", { class: "rows" }, headings(["User", "Name", "Role", "Key last used, UTC", "Actions"]), body),
    ),
    addForm(desk, act),
  );
  desk.session.onChange(() => {
    refill(key); // of who was signed in before
    void show();
  });
  let shown = "";
  desk.onScene(({ state, round }) => {
    const wanted = `${state.view} ${round}`;
    if (wanted !== shown) void show();
    shown = wanted;
  });
  return element;
}

/** An act on a user: who gets a new key so goes on with it. */
type UserAct = (username: string, ...act: Parameters<Act>) => ReturnType<Act>;

function line({ api: { users } }: Desk, user: User, act: UserAct): HTMLElement {
  const { username, firstName, lastName, email, role, enabled, lastUsedAt } = user;
  // An arrow key at the choice changes it already, and a key that is replaced is of no use any more: both ask first.
  const setRole = once(async (wanted: Role) => {
    const stay = () => {
      choice.value = role;
    };
    if (!confirm(`Make ${username} ${wanted}, who is ${role}?`)) return stay();
    await act(username, `${username} is ${wanted} now`, () =>
      users.setRole.mutate({ username, role: wanted }).catch((error: unknown) => {
        stay(); // before the refusal is told
        throw error;
      }),
    );
  });
  const choice: HTMLSelectElement = h(
    "select",
    { "aria-label": `Role of ${username}`, onchange: () => setRole(choice.value as Role) },
    ...ROLES.map((each) => h("option", { value: each, selected: each === role }, each)),
  );
  const named = { username };
  const toggle = enabled
    ? actButton("Disable", () => act(username, `${username} is disabled`, () => users.disable.mutate(named)))
    : actButton("Enable", () => act(username, `${username} is enabled`, () => users.enable.mutate(named)));
  const rotate = actButton("New key", async () => {
    if (!confirm(`Give ${username} a new key? The one that ${username} has opens nothing then.`)) return;
    await act(username, `${username} has a new key`, () => users.rotate.mutate(named));
  });
  return h(
    "tr",
    { class: enabled ? "" : "off" },
    h("td", {}, h("strong", {}, username), enabled ? null : h("span", { class: "quiet" }, " disabled")),
    h("td", {}, `${firstName} ${lastName}`, h("span", { class: "quiet" }, ` ${email}`)),
    h("td", {}, choice),
    h("td", { class: "number" }, lastUsedAt === null ? "never" : shortTime(lastUsedAt)),
    h("td", {}, h("div", { class: "actions" }, rotate, toggle)),
  );
}

function addForm({ api: { users } }: Desk, act: UserAct): HTMLElement {
  const field = (type: string) => h("input", { type, required: true, autocomplete: "off" });
  const [username, firstName, lastName, email] = [field("text"), field("text"), field("text"), field("email")];
  const role = h("select", {}, ...ROLES.map((each) => h("option", { value: each }, each)));
  const fields = [
    ["User name", username],
    ["First name", firstName],
    ["Last name", lastName],
    ["E-mail", email],
    ["Role", role],
  ] as const;
  return createActForm({ title: "Add a user", verb: "Add" }, fields, () => {
    const user = {
      username: username.value,
      firstName: firstName.value,
      lastName: lastName.value,
      email: email.value,
      role: role.value as Role,
    };
    return act(user.username, `${user.username} is added`, () => users.add.mutate(user));
  });
}
