import { ROLES, type Role } from "../src/domain/role.ts";
import { type Act, createAct } from "./act.ts";
import { refusalOf, type User } from "./api.ts";
import type { Desk } from "./desk.ts";
import { button, h, headings, labelled, refill } from "./elements.ts";
import type { Say } from "./notices.ts";
import { shortTime } from "./wording.ts";

/** The users, for administrators: who there is, roles, keys. A key is shown once, until the next act. */
export function createUsers(desk: Desk, say: Say): HTMLElement {
  const { users } = desk.api;
  const body = h("tbody");
  const key = h("p", { class: "key", "aria-live": "polite" });
  const element = h("section", { class: "users", "aria-label": "Users", hidden: true });
  const show = async () => {
    element.hidden = !desk.session.mayActAs("admin");
    if (element.hidden || desk.state.get().view !== "operations") return;
    try {
      const list = await users.list.query();
      refill(body, ...list.map((user) => line(desk, user, act)));
    } catch (error) {
      acting.problem.textContent = refusalOf(error).message;
    }
  };
  const acting = createAct(say, show);
  const act: Act = (done, run) =>
    acting.act(done, async () => {
      const answer = await run();
      const made = typeof answer === "object" && answer !== null && "key" in answer ? String(answer.key) : null;
      refill(key, ...(made === null ? [] : [`${done}. The key, shown only now: `, h("code", {}, made)]));
      return answer;
    });
  refill(
    element,
    h("h2", {}, "Users"),
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
  let view = "";
  desk.onScene(({ state }) => {
    if (state.view !== view) void show();
    view = state.view;
  });
  return element;
}

function line({ api: { users } }: Desk, user: User, act: Act): HTMLElement {
  const { username, firstName, lastName, email, role, enabled, lastUsedAt } = user;
  const choice = h(
    "select",
    {
      "aria-label": `Role of ${username}`,
      onchange: () =>
        void act(`${username} is ${choice.value} now`, () =>
          users.setRole.mutate({ username, role: choice.value as Role }),
        ),
    },
    ...ROLES.map((each) => h("option", { value: each, selected: each === role }, each)),
  );
  const toggle = enabled
    ? button("Disable", () => void act(`${username} is disabled`, () => users.disable.mutate({ username })))
    : button("Enable", () => void act(`${username} is enabled`, () => users.enable.mutate({ username })));
  const rotate = button(
    "New key",
    () => void act(`${username} has a new key`, () => users.rotate.mutate({ username })),
  );
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

function addForm({ api: { users } }: Desk, act: Act): HTMLElement {
  const field = (type: string) => h("input", { type, required: true, autocomplete: "off" });
  const [username, firstName, lastName, email] = [field("text"), field("text"), field("text"), field("email")];
  const role = h("select", {}, ...ROLES.map((each) => h("option", { value: each }, each)));
  const form: HTMLFormElement = h(
    "form",
    {
      class: "card form",
      onsubmit: (event: Event) => {
        event.preventDefault();
        const user = {
          username: username.value,
          firstName: firstName.value,
          lastName: lastName.value,
          email: email.value,
        };
        void act(`${user.username} is added`, async () => {
          const added = await users.add.mutate({ ...user, role: role.value as Role });
          form.reset();
          return added;
        });
      },
    },
    h("h2", {}, "Add a user"),
    h(
      "div",
      { class: "fields" },
      labelled("User name", username),
      labelled("First name", firstName),
      labelled("Last name", lastName),
      labelled("E-mail", email),
      labelled("Role", role),
    ),
    h("div", { class: "actions" }, h("button", { type: "submit" }, "Add")),
  );
  return form;
}
