import { ActionIcon, Box, Code, CopyButton, Tooltip } from "@mantine/core";
import { Icon } from "./Icon";

/** A value as text. It is never markup, whatever it holds. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <Box pos="relative">
      <Code block mah={320} style={{ overflow: "auto", whiteSpace: "pre-wrap", wordBreak: "break-word" }}>
        {visible(text ?? "null")}
      </Code>
      <CopyButton value={text ?? ""}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : `Copy ${label}`}>
            <ActionIcon
              variant="subtle"
              size="sm"
              pos="absolute"
              top={4}
              right={4}
              onClick={copy}
              aria-label={`Copy ${label}`}
            >
              <Icon sign={copied ? "check" : "copy"} />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Box>
  );
}

/** Shows control and direction marks that could make a text look like another one. */
export function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
    /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g,
    (mark) => {
      return `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
    },
  );
}
