import { lineDiff } from "./lineDiff";

/** Two texts as one, line by line: what is gone, what is new. */
export function Diff({ before, after }: { before: string; after: string }) {
  return (
    <pre style={{ margin: 0, fontSize: 13, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      <div className="diff">
        {lineDiff(before, after).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a diff have no other identity
          <div key={index} className={line.kind === "same" ? undefined : `diff-${line.kind}`}>
            {line.kind === "add" ? "+ " : line.kind === "del" ? "- " : "  "}
            {line.text}
          </div>
        ))}
      </div>
    </pre>
  );
}
