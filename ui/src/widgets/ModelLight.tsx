import { Badge, Text, Tooltip } from "@mantine/core";
import type { ModelStatus } from "../api/wire";

/** Colour is health, words are who: never the other way round. */
const LOOKS = {
  ready: { color: "teal", word: "ready" },
  no_key: { color: "orange", word: "no key" },
  failing: { color: "red", word: "failing" },
  mock: { color: "grape", word: "mock" },
  off: { color: "gray", word: "off" },
} as const;

/** The light of the chosen provider. */
export function ModelLight({ status, short = false }: { status: ModelStatus; short?: boolean }) {
  const look = LOOKS[status.state];
  const words = `${status.title}, ${status.model}: ${status.detail}${status.hint ? `. ${status.hint}` : ""}`;
  return (
    <Tooltip label={words} multiline maw={360}>
      <Badge
        variant="dot"
        className="whole"
        color={look.color}
        tt="none"
        data-model={status.state}
        aria-label={`Language model ${status.title}: ${look.word}`}
      >
        {status.title}
        <Text span inherit visibleFrom={short ? "md" : undefined}>
          {` · ${look.word}`}
        </Text>
      </Badge>
    </Tooltip>
  );
}
