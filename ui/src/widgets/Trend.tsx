import { BarChart } from "@mantine/charts";
import type { Dashboard } from "../api/wire";

const SERIES: { name: "success" | "unproven" | "failed" | "cancelled" | "active"; color: string }[] = [
  { name: "success", color: "teal.6" },
  { name: "unproven", color: "orange.5" },
  { name: "failed", color: "red.6" },
  { name: "cancelled", color: "gray.5" },
  { name: "active", color: "blue.5" },
];

/** Runs over time, stacked by how they ended. A click on a bar gives the span of time that it stands for. */
export function Trend({
  trend,
  bucket,
  height = 180,
  onSpan,
}: {
  trend: Dashboard["trend"];
  bucket: Dashboard["bucket"];
  height?: number;
  onSpan?: (since: string, until: string) => void;
}) {
  const used = SERIES.filter((series) => trend.some((point) => point[series.name] > 0));
  const length = (bucket === "hour" ? 1 : 24) * 3_600_000;
  return (
    <BarChart
      h={height}
      type="stacked"
      dataKey="label"
      data={trend.map((point) => ({ ...point, label: tick(point.t, bucket, trend.length) }))}
      series={used.length > 0 ? used : SERIES.slice(0, 1)}
      withLegend
      tickLine="none"
      gridAxis="y"
      barProps={{ isAnimationActive: false }}
      yAxisProps={{ allowDecimals: false }}
      barChartProps={{
        style: onSpan ? { cursor: "pointer" } : undefined,
        onClick: (state) => {
          const point = trend[Number(state.activeTooltipIndex)];
          if (!point || !onSpan) return;
          const since = Date.parse(point.t);
          onSpan(new Date(since).toISOString(), new Date(since + length).toISOString());
        },
      }}
    />
  );
}

function tick(time: string, bucket: "hour" | "day", points: number): string {
  const date = new Date(time);
  if (bucket === "day") return date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
  const hour = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  // Beyond two days an hour alone says too little.
  return points > 48
    ? `${date.toLocaleDateString(undefined, { day: "numeric", month: "short" })} ${hour}`
    : hour;
}
