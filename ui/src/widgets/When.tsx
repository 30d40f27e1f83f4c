import { Text, Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { ago } from "./format";

/** A relative time; the exact one with its zone on hover. */
export function When({ time }: { time: string | null }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(ticking);
  }, []);
  if (!time) return <Text span>–</Text>;
  const exact = new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
  return (
    <Tooltip label={exact}>
      <Text span inherit component="time" dateTime={time}>
        {ago(time, now)}
      </Text>
    </Tooltip>
  );
}
