/** A sample of Prometheus's text format. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads the text format strictly: every sample has a type and a help above it. @throws Error naming the line */
export function readExposition(text: string): Sample[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const declared = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [, keyword, metric = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword !== undefined) declared.set(`${keyword} ${metric}`, rest);
    else if (!line.startsWith("#")) samples.push(sampleOf(line, declared));
  }
  return samples;
}

function sampleOf(line: string, declared: ReadonlyMap<string, string>): Sample {
  const [, name = "", labelText = "", number = ""] = SAMPLE.exec(line) ?? [];
  const value = Number(number.replace("+Inf", "Infinity"));
  const family = declared.has(`TYPE ${name}`) ? name : name.replace(/_(bucket|sum|count)$/, "");
  if (name === "" || Number.isNaN(value)) throw new Error(`no sample: ${line}`);
  if (!declared.has(`TYPE ${family}`) || !declared.has(`HELP ${family}`)) throw new Error(`undeclared: ${line}`);
  const labels = [...labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)",?/g)].map(([, key = "", text = ""]) => [key, text]);
  return { name, labels: Object.fromEntries(labels), value };
}
