// Small line drawings, so that no sign depends on which fonts a machine has.

const DRAWINGS = {
  check: "M4 12.5l5 5L20 6.5",
  cross: "M6 6l12 12M18 6L6 18",
  pause: "M9 5v14M15 5v14",
  play: "M8 5l11 7-11 7z",
  clock: "M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  doubt: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 18v.01",
  stop: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M6 6l12 12",
  skip: "M5 6l8 6-8 6zM18 6v12",
  back: "M9 5L4 10l5 5M4 10h10a6 6 0 0 1 0 12h-3",
  alert: "M12 4L2.5 20h19zM12 10v4.5M12 17.5v.01",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  bell: "M6 16V11a6 6 0 1 1 12 0v5l2 2H4zM10 21h4",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M17 14h.01M8 14h6",
  dot: "M12 11v2",
  list: "M4 6h16M4 12h16M4 18h16",
} as const;

export type Sign = keyof typeof DRAWINGS;

/** Decorative: whatever it means also stands beside it in words, or in the label of its button. */
export function Icon({ sign, size = 14 }: { sign: Sign; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      className="icon"
    >
      <path d={DRAWINGS[sign]} />
    </svg>
  );
}
