// The site map.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Frame } from "./Frame";
import { AgentPage } from "./pages/AgentPage";
import { AgentsPage } from "./pages/AgentsPage";
import { CampusPage } from "./pages/CampusPage";
import { HomePage } from "./pages/HomePage";
import { InboxPage } from "./pages/InboxPage";
import { MissingPage } from "./pages/MissingPage";
import { RecipesPage } from "./pages/RecipesPage";
import { RoomPage } from "./pages/RoomPage";
import { RoomsPage } from "./pages/RoomsPage";
import { RunPage } from "./pages/RunPage";
import { RunsPage } from "./pages/RunsPage";
import { runSearch } from "./pages/runsSearch";
import { SettingsPage } from "./pages/SettingsPage";
import { SetupPage } from "./pages/SetupPage";
import { ToolPage } from "./pages/ToolPage";
import { ToolsPage } from "./pages/ToolsPage";
import { WorkflowPage } from "./pages/WorkflowPage";
import { WorkflowsPage } from "./pages/WorkflowsPage";

const root = createRootRoute({ component: Frame, notFoundComponent: MissingPage });
const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const home = createRoute({ getParentRoute: () => root, path: "/", component: HomePage });
const setup = createRoute({ getParentRoute: () => root, path: "/setup", component: SetupPage });
const chat = createRoute({
  getParentRoute: () => root,
  path: "/chat",
  component: lazyRouteComponent(() => import("./pages/ChatPage"), "ChatPage"),
  validateSearch: (search): { thread?: string; say?: string } => ({
    thread: text(search.thread),
    say: text(search.say),
  }),
});
const help = createRoute({
  getParentRoute: () => root,
  path: "/help",
  component: lazyRouteComponent(() => import("./pages/HelpPage"), "HelpPage"),
  validateSearch: (search): { page?: string; section?: string; q?: string } => ({
    page: text(search.page),
    section: text(search.section),
    q: text(search.q),
  }),
});
const agents = createRoute({
  getParentRoute: () => root,
  path: "/agents",
  component: AgentsPage,
  validateSearch: (search): { q?: string; domain?: string; new?: boolean } => ({
    q: text(search.q),
    domain: text(search.domain),
    new: search.new === true ? true : undefined,
  }),
});
const agent = createRoute({ getParentRoute: () => root, path: "/agents/$agent", component: AgentPage });
const recipes = createRoute({
  getParentRoute: () => root,
  path: "/recipes",
  component: RecipesPage,
  validateSearch: (search): { q?: string; new?: string; sort?: string } => ({
    q: text(search.q),
    new: text(search.new),
    sort: text(search.sort),
  }),
});
const recipe = createRoute({
  getParentRoute: () => root,
  path: "/recipes/$slug",
  component: lazyRouteComponent(() => import("./pages/RecipePage"), "RecipePage"),
  validateSearch: (search): { run?: boolean } => ({ run: search.run === true ? true : undefined }),
});
const sop = createRoute({
  getParentRoute: () => root,
  path: "/sop",
  component: lazyRouteComponent(() => import("./pages/SopPage"), "SopPage"),
});
const tools = createRoute({ getParentRoute: () => root, path: "/tools", component: ToolsPage });
const tool = createRoute({ getParentRoute: () => root, path: "/tools/$tool", component: ToolPage });
const world = (value: unknown): "live" | "mock" | undefined =>
  value === "live" || value === "mock" ? value : undefined;
const rooms = createRoute({
  getParentRoute: () => root,
  path: "/rooms",
  component: RoomsPage,
  validateSearch: (search): { q?: string; site?: string; world?: "live" | "mock" } => ({
    q: text(search.q),
    site: text(search.site),
    world: world(search.world),
  }),
});
const room = createRoute({
  getParentRoute: () => root,
  path: "/rooms/$room",
  component: RoomPage,
  validateSearch: (search): { world?: "live" | "mock" } => ({ world: world(search.world) }),
});
const campus = createRoute({ getParentRoute: () => root, path: "/campus", component: CampusPage });
const settings = createRoute({ getParentRoute: () => root, path: "/settings", component: SettingsPage });
const workflows = createRoute({
  getParentRoute: () => root,
  path: "/workflows",
  component: WorkflowsPage,
  validateSearch: (search): { q?: string; new?: boolean } => ({
    q: text(search.q),
    new: search.new === true ? true : undefined,
  }),
});
const workflow = createRoute({
  getParentRoute: () => root,
  path: "/workflows/$workflow",
  component: WorkflowPage,
});
const dashboard = createRoute({
  getParentRoute: () => root,
  path: "/dashboard",
  component: lazyRouteComponent(() => import("./pages/DashboardPage"), "DashboardPage"),
  validateSearch: (search): { window?: string; bucket?: "hour" | "day" } => ({
    window: text(search.window),
    bucket: search.bucket === "hour" || search.bucket === "day" ? search.bucket : undefined,
  }),
});
const wall = createRoute({
  getParentRoute: () => root,
  path: "/dashboard/wall",
  component: lazyRouteComponent(() => import("./pages/WallPage"), "WallPage"),
  validateSearch: (search): { window?: string } => ({ window: text(search.window) }),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  component: RunsPage,
  validateSearch: runSearch,
});
const run = createRoute({ getParentRoute: () => root, path: "/runs/$id", component: RunPage });
const compare = createRoute({
  getParentRoute: () => root,
  path: "/runs/$id/compare",
  component: lazyRouteComponent(() => import("./pages/ComparePage"), "ComparePage"),
  validateSearch: (search): { with?: string; all?: boolean } => ({
    with: text(search.with),
    all: search.all === true ? true : undefined,
  }),
});
const inbox = createRoute({ getParentRoute: () => root, path: "/inbox", component: InboxPage });

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    setup,
    chat,
    agents,
    agent,
    recipes,
    recipe,
    sop,
    tools,
    tool,
    rooms,
    room,
    campus,
    settings,
    workflows,
    workflow,
    dashboard,
    help,
    wall,
    runs,
    run,
    compare,
    inbox,
  ]),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
