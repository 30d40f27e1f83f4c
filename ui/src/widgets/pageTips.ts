// What each page is good for that one may not find by oneself, with where the manual says more.

export interface Tip {
  id: string;
  text: string;
  page: string;
  section?: string;
}

/** The longest beginning of an address wins. */
const TIPS: Record<string, Tip> = {
  "/setup": tip(
    "setup",
    "Initialize as often as you like: what is there already stays as it is.",
    "runbook",
    "setup-wizard",
  ),
  "/chat": tip(
    "chat",
    "Begin with / for a command; Tab completes names. Plain words only propose.",
    "runbook",
    "chat",
  ),
  "/agents": tip(
    "agents",
    "An agent's tools, model and guardrails bound every run it does.",
    "runbook",
    "agents",
  ),
  "/recipes": tip(
    "recipes",
    "Ctrl Enter in the editor makes a dry run: it reads for real and changes nothing.",
    "recipes",
  ),
  "/sop": tip("sop", "Click a line to see the step it became; what is unused is marked.", "sop"),
  "/tools": tip(
    "tools",
    "Open a tool to set it up, or to call one of its actions by a form.",
    "tools",
    "settings-and-credentials",
  ),
  "/settings": tip(
    "settings",
    "Every value says where it comes from: set here, the environment, a flag, or the default.",
    "settings",
  ),
  "/workflows": tip(
    "workflows",
    "The preview shows the next ten times, nights on which the clock is turned included.",
    "workflows",
  ),
  "/dashboard": tip(
    "dashboard",
    "A click on a figure or a bar lists the runs behind it.",
    "runs",
    "the-dashboard",
  ),
  "/runs": tip(
    "runs",
    "Filters live in the address: copy it to show a colleague the same list.",
    "runs",
    "finding-runs",
  ),
  "/inbox": tip(
    "inbox",
    "An approval shows what exactly would be done; several can be answered at once.",
    "operations",
    "needs-you",
  ),
};

function tip(id: string, text: string, page: string, section?: string): Tip {
  return { id, text, page, section };
}

export function tipFor(path: string): Tip | undefined {
  const known = Object.keys(TIPS).filter((start) => path === start || path.startsWith(`${start}/`));
  const longest = known.sort((one, other) => other.length - one.length)[0];
  return longest === undefined ? undefined : TIPS[longest];
}

export const allTips = Object.values(TIPS);
