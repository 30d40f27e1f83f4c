import { Anchor, CloseButton, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { tipFor } from "./pageTips";

const MEMORY = "avops.tips";

/** A short tip for a page, until somebody closes it. It leads into the manual. */
export function PageTip({ path }: { path: string }) {
  const [closed, setClosed] = useState(remembered);
  const tip = tipFor(path);
  if (!tip || closed.includes(tip.id)) return null;
  const close = () => {
    const next = [...closed, tip.id];
    setClosed(next);
    localStorage.setItem(MEMORY, JSON.stringify(next));
  };
  return (
    <Group
      className="tip"
      justify="space-between"
      wrap="nowrap"
      gap="xs"
      mb="sm"
      role="note"
      aria-label="Tip"
    >
      <Text size="sm">
        {tip.text}{" "}
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link {...props} to="/help" search={{ page: tip.page, section: tip.section }} />
          )}
        >
          More in the manual
        </Anchor>
      </Text>
      <CloseButton size="sm" aria-label="Close this tip" onClick={close} />
    </Group>
  );
}

function remembered(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(MEMORY) ?? "[]");
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}
