// Every question that pages ask, by name.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { all, get, post } from "./client";
import type {
  Agent,
  AuditLine,
  Backup,
  BaselineView,
  Campus,
  ChatCommand,
  ChatMessage,
  ChatThread,
  ConnectorFile,
  Dashboard,
  Delivery,
  FolderStatus,
  InboxItem,
  Json,
  ListedModel,
  ManualChapter,
  ManualEntry,
  Me,
  Occurrence,
  Page,
  Passage,
  Promotion,
  Reach,
  Recipe,
  RecipeSummary,
  Rerun,
  RerunPreview,
  Room,
  RoomWorld,
  Run,
  RunArticle,
  RunComparison,
  RunSummary,
  SavedTests,
  Settings,
  SetupStatus,
  TestDraft,
  Token,
  Tool,
  Trigger,
  TriggerPreview,
  VersionSummary,
  Workflow,
} from "./wire";

const name = encodeURIComponent;

export const me = queryOptions({ queryKey: ["me"], queryFn: () => get<Me>("/api/v1/me"), retry: false });
export const settings = queryOptions({
  queryKey: ["settings"],
  queryFn: () => get<Settings>("/api/v1/settings"),
});
export const listedModels = (provider: string) =>
  queryOptions({
    queryKey: ["models", provider],
    queryFn: () => all<ListedModel>(`/api/v1/settings/providers/${name(provider)}/models`),
    retry: false,
    staleTime: 300_000,
  });
export const tokens = queryOptions({ queryKey: ["tokens"], queryFn: () => all<Token>("/api/v1/tokens") });
export const backups = queryOptions({ queryKey: ["backups"], queryFn: () => all<Backup>("/api/v1/backups") });
export const audit = infiniteQueryOptions({
  queryKey: ["audit"],
  queryFn: ({ pageParam }) =>
    get<Page<AuditLine>>(`/api/v1/audit?limit=20${pageParam ? `&cursor=${name(pageParam)}` : ""}`),
  initialPageParam: "",
  getNextPageParam: (bite: Page<AuditLine>) => bite.next ?? undefined,
});
export const setup = queryOptions({ queryKey: ["setup"], queryFn: () => get<SetupStatus>("/api/v1/setup") });
export const baseline = queryOptions({
  queryKey: ["baseline"],
  queryFn: () => get<BaselineView>("/api/v1/setup/baseline"),
});
export const agents = queryOptions({
  queryKey: ["agents"],
  queryFn: () => all<Agent>("/api/v1/agents"),
});
export const agent = (id: string) =>
  queryOptions({ queryKey: ["agents", id], queryFn: () => get<Agent>(`/api/v1/agents/${name(id)}`) });
export const reach = (id: string) =>
  queryOptions({
    queryKey: ["agents", id, "reach"],
    queryFn: () => get<Reach>(`/api/v1/agents/${name(id)}/reach`),
  });
export const tools = queryOptions({ queryKey: ["tools"], queryFn: () => all<Tool>("/api/v1/tools") });
export const tool = (tool: string) =>
  queryOptions({ queryKey: ["tools", tool], queryFn: () => get<Tool>(`/api/v1/tools/${name(tool)}`) });
export const connectorFiles = queryOptions({
  queryKey: ["connector-files"],
  queryFn: () => all<ConnectorFile>("/api/v1/connector-files"),
  // Files come and go without anything that the page hears of.
  refetchInterval: 4_000,
});
export const rooms = (world: RoomWorld) =>
  queryOptions({
    queryKey: ["rooms", world],
    queryFn: () => all<Room>("/api/v1/rooms", `world=${world}`),
    placeholderData: keepPreviousData,
  });
export const room = (id: string, world: RoomWorld | undefined) =>
  queryOptions({
    queryKey: ["rooms", "one", id, world],
    queryFn: () => get<Room>(`/api/v1/rooms/${name(id)}${world ? `?world=${world}` : ""}`),
    retry: false,
  });
export const campus = queryOptions({
  queryKey: ["campus"],
  queryFn: () => get<Campus>("/api/v1/campus"),
  // Restarts end and projectors warm up by themselves.
  refetchInterval: 5_000,
});
export const inbox = queryOptions({
  queryKey: ["inbox"],
  queryFn: () => all<InboxItem>("/api/v1/inbox"),
});
export const recipes = queryOptions({
  queryKey: ["recipes"],
  queryFn: () => all<RecipeSummary>("/api/v1/recipes"),
});
export const recipe = (slug: string) =>
  queryOptions({ queryKey: ["recipe", slug], queryFn: () => get<Recipe>(`/api/v1/recipes/${name(slug)}`) });
export const recipeVersions = (slug: string) =>
  queryOptions({
    queryKey: ["recipe", slug, "versions"],
    queryFn: () => all<VersionSummary>(`/api/v1/recipes/${name(slug)}/versions`),
  });
export const recipeVersion = (slug: string, version: number) =>
  queryOptions({
    queryKey: ["recipe", slug, "versions", version],
    queryFn: () => get<Recipe>(`/api/v1/recipes/${name(slug)}/versions/${version}`),
    staleTime: Number.POSITIVE_INFINITY,
  });
export const recipeSchema = queryOptions({
  queryKey: ["recipe-schema"],
  queryFn: () => get<Json>("/api/v1/recipes/schema"),
  staleTime: Number.POSITIVE_INFINITY,
});
export const explanation = (code: string) =>
  queryOptions({
    queryKey: ["diagnostic", code],
    queryFn: () => get<{ code: string; markdown: string }>(`/api/v1/diagnostics/${name(code)}`),
    staleTime: Number.POSITIVE_INFINITY,
  });
export const workflows = queryOptions({
  queryKey: ["workflows"],
  queryFn: () => all<Workflow>("/api/v1/workflows"),
  // The next times move on without anything that the page hears of.
  refetchInterval: 30_000,
});
export const workflow = (id: string) =>
  queryOptions({
    queryKey: ["workflows", id],
    queryFn: () => get<Workflow>(`/api/v1/workflows/${name(id)}`),
    refetchInterval: 30_000,
  });
export const occurrences = (id: string) =>
  queryOptions({
    queryKey: ["workflows", id, "occurrences"],
    queryFn: () => get<Page<Occurrence>>(`/api/v1/workflows/${name(id)}/occurrences?limit=20`),
  });
export const deliveries = (id: string) =>
  queryOptions({
    queryKey: ["workflows", id, "deliveries"],
    queryFn: () => get<Page<Delivery>>(`/api/v1/workflows/${name(id)}/deliveries?limit=20`),
    // What is refused changes nothing that the page hears of.
    refetchInterval: 15_000,
  });
export const triggerPreview = (trigger: Trigger) =>
  queryOptions({
    queryKey: ["trigger", trigger],
    queryFn: () => post<TriggerPreview>("/api/v1/workflows/preview", { trigger }),
    placeholderData: keepPreviousData,
    retry: false,
  });
export const dashboard = (window: string, bucket?: "hour" | "day") =>
  queryOptions({
    queryKey: ["dashboard", window, bucket],
    queryFn: () => get<Dashboard>(`/api/v1/dashboard?window=${window}${bucket ? `&bucket=${bucket}` : ""}`),
    placeholderData: keepPreviousData,
  });
export const run = (id: string) =>
  queryOptions({
    queryKey: ["run", id],
    queryFn: () => get<Run>(`/api/v1/runs/${name(id)}`),
    retry: (failures, error) => failures < 2 && !("problem" in error),
  });
export const rerunPreview = (id: string, how: Rerun) =>
  queryOptions({
    queryKey: ["run", id, "rerun", how],
    queryFn: () => post<RerunPreview>(`/api/v1/runs/${name(id)}/rerun/preview`, how),
    placeholderData: keepPreviousData,
    retry: false,
  });
export const comparison = (one: string, other: string) =>
  queryOptions({
    queryKey: ["run", one, "compare", other],
    queryFn: () => get<RunComparison>(`/api/v1/runs/${name(one)}/compare?with=${name(other)}`),
    retry: false,
  });
export const runArticle = (id: string) =>
  queryOptions({
    queryKey: ["run", id, "article"],
    queryFn: () => get<RunArticle>(`/api/v1/runs/${name(id)}/article`),
    retry: false,
  });
export const runTest = (id: string) =>
  queryOptions({
    queryKey: ["run", id, "test"],
    queryFn: () => get<TestDraft>(`/api/v1/runs/${name(id)}/test`),
    retry: false,
  });
// Under the key of recipes: what changes them changes their files.
export const recipeFolder = queryOptions({
  queryKey: ["recipes", "folder"],
  queryFn: () => get<FolderStatus>("/api/v1/recipe-folder"),
  refetchInterval: 30_000,
});
export const recipeTests = (slug: string) =>
  queryOptions({
    queryKey: ["recipe", slug, "tests"],
    queryFn: () => get<SavedTests>(`/api/v1/recipes/${name(slug)}/tests`),
  });
export const recipePromotion = (slug: string) =>
  queryOptions({
    queryKey: ["recipe", slug, "promotion"],
    queryFn: () => get<Promotion>(`/api/v1/recipes/${name(slug)}/promotion`),
  });
export const runs = (query: string) =>
  queryOptions({
    queryKey: ["runs", query],
    queryFn: () => get<Page<RunSummary>>(`/api/v1/runs?${query}`),
    placeholderData: keepPreviousData,
  });
export const chatCommands = queryOptions({
  queryKey: ["chat", "commands"],
  queryFn: () => all<ChatCommand>("/api/v1/chat/commands"),
  staleTime: Number.POSITIVE_INFINITY,
});
export const chatThreads = (query: string, archived: boolean) =>
  queryOptions({
    queryKey: ["chat", "threads", query, archived],
    queryFn: () =>
      get<Page<ChatThread>>(`/api/v1/chat/threads?limit=200&archived=${archived}&q=${name(query)}`),
    placeholderData: keepPreviousData,
  });
export const chatThread = (id: string) =>
  queryOptions({
    queryKey: ["chat", "thread", id],
    queryFn: () => get<ChatThread>(`/api/v1/chat/threads/${name(id)}`),
    retry: false,
  });
export const chatMessages = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["chat", "thread", id, "messages"],
    queryFn: ({ pageParam }) =>
      get<Page<ChatMessage>>(
        `/api/v1/chat/threads/${name(id)}/messages?limit=50${pageParam ? `&cursor=${name(pageParam)}` : ""}`,
      ),
    initialPageParam: "",
    getNextPageParam: (bite: Page<ChatMessage>) => bite.next ?? undefined,
    retry: false,
  });
export const manual = queryOptions({
  queryKey: ["manual"],
  queryFn: () => all<ManualEntry>("/api/v1/manual"),
  staleTime: Number.POSITIVE_INFINITY,
});
export const manualPage = (page: string) =>
  queryOptions({
    queryKey: ["manual", page],
    queryFn: () => get<ManualChapter>(`/api/v1/manual/${name(page)}`),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
export const manualSearch = (words: string) =>
  queryOptions({
    queryKey: ["manual", "search", words],
    queryFn: () => get<Page<Passage>>(`/api/v1/manual/search?limit=20&q=${name(words)}`),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
