// Every address of the page.

export const paths = {
  home: () => "/",
  setup: () => "/setup",
  chat: () => "/chat",
  agents: () => "/agents",
  agent: (id: string) => `/agents/${encodeURIComponent(id)}`,
  recipes: () => "/recipes",
  recipe: (slug: string) => `/recipes/${encodeURIComponent(slug)}`,
  newRecipe: () => "/recipes/new",
  sop: () => "/sop",
  tools: () => "/tools",
  tool: (name: string) => `/tools/${encodeURIComponent(name)}`,
  rooms: () => "/rooms",
  room: (id: string) => `/rooms/${encodeURIComponent(id)}`,
  campus: () => "/campus",
  settings: () => "/settings",
  workflows: () => "/workflows",
  workflow: (id: string) => `/workflows/${encodeURIComponent(id)}`,
  dashboard: () => "/dashboard",
  help: () => "/help",
  wall: () => "/dashboard/wall",
  runs: () => "/runs",
  run: (id: string) => `/runs/${id}`,
  compare: (id: string) => `/runs/${id}/compare`,
  inbox: () => "/inbox",
};

/** The sidebar, in the order of the runbook. Only what exists is listed. */
export const navigation = [
  { label: "app", icon: "🏠", path: paths.home(), key: "h" },
  { label: "Setup Wizard", icon: "🏁", path: paths.setup(), key: "s" },
  { label: "Chat", icon: "💬", path: paths.chat(), key: "c" },
  { label: "Agents", icon: "🤖", path: paths.agents(), key: "a" },
  { label: "Recipes", icon: "📜", path: paths.recipes(), key: "r" },
  { label: "MCP Tools", icon: "🧰", path: paths.tools(), key: "t" },
  { label: "Settings", icon: "⚙️", path: paths.settings(), key: "e" },
  { label: "Workflows", icon: "🧩", path: paths.workflows(), key: "w" },
  { label: "Dashboard", icon: "📊", path: paths.dashboard(), key: "d" },
  { label: "Help", icon: "❓", path: paths.help(), key: "p" },
  { label: "Run Details", icon: "🔎", path: paths.runs(), key: "l" },
  { label: "Needs you", icon: "🔔", path: paths.inbox(), key: "n" },
] as const;
