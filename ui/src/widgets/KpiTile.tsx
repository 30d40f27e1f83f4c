import { Card, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { RunSearch } from "../pages/runsSearch";

/** A figure; where runs stand behind it, the whole tile leads to them. */
export function KpiTile({
  label,
  value,
  note,
  to,
  search,
}: {
  label: string;
  value: string;
  note?: ReactNode;
  to?: string;
  search?: RunSearch;
}) {
  const inside = (
    <>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={26} fw={700} lh={1.25} c="var(--mantine-color-text)">
        {value}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {note}
      </Text>
    </>
  );
  return to ? (
    <Card
      withBorder
      padding="sm"
      className="tile"
      renderRoot={(props) => <Link {...props} to={to} search={search} />}
    >
      {inside}
    </Card>
  ) : (
    <Card withBorder padding="sm">
      {inside}
    </Card>
  );
}

/** A figure against the window before, in words and with an arrow: never by colour alone. */
export function Change({
  now,
  before,
  better,
  text,
}: {
  now: number | null;
  before: number | null | undefined;
  /** Which way is good; neither, where more is just more. */
  better?: "up" | "down";
  /** The size of a difference, for people. */
  text: (difference: number) => string;
}) {
  if (before === undefined) return null;
  if (now === null || before === null) return <>nothing to compare with before</>;
  const difference = now - before;
  if (difference === 0) return <>as in the window before</>;
  const up = difference > 0;
  const good = better === undefined ? undefined : (better === "up") === up;
  return (
    <Text
      span
      inherit
      c={
        good === undefined
          ? undefined
          : good
            ? "var(--mantine-color-teal-text)"
            : "var(--mantine-color-red-text)"
      }
    >
      {up ? "▲ " : "▼ "}
      {text(Math.abs(difference))} {up ? "more" : "less"} than before
    </Text>
  );
}
