// How a recipe's file stands in git, with the command that commits it where it is not.

import { Badge, Button, Code, CopyButton, Group, Popover, Stack, Text } from "@mantine/core";
import type { RecipeCommit } from "../api/wire";

const WORDS: Record<RecipeCommit["state"], { word: string; color: string; means: string }> = {
  committed: { word: "✓ committed", color: "green", means: "The last commit has it as it is." },
  changed: { word: "not committed", color: "orange", means: "It is not as the last commit has it." },
  not_committed: { word: "not committed", color: "orange", means: "No commit has it." },
  no_file: { word: "no file", color: "gray", means: "This version stands in no file of the recipes folder." },
};

export function CommitMark({ commit }: { commit: RecipeCommit }) {
  const { word, color, means } = WORDS[commit.state];
  const { command } = commit;
  if (!command)
    return (
      <Badge size="xs" color={color} variant="light" tt="none" title={`${commit.file}: ${means}`}>
        {word}
      </Badge>
    );
  return (
    <Popover width={420} position="bottom-start" withArrow>
      <Popover.Target>
        <Badge
          size="xs"
          color={color}
          variant="light"
          tt="none"
          component="button"
          style={{ cursor: "pointer" }}
        >
          {word}
        </Badge>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Text size="sm">
            {commit.file}: {means} This commits it:
          </Text>
          <Code block>{command}</Code>
          <Group justify="flex-end">
            <CopyButton value={command}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? "Copied" : "Copy command"}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
