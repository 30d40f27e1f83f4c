// What the page calls the types of the API. Their shapes are made from the API description: `npm run schema`.

import type { components, Json, JsonObject } from "./schema";

export type { Json, JsonObject };

type Schemas = components["schemas"];

export type RunStatus = Schemas["RunStatus"];
export type StepStatus = Schemas["StepStatus"];
export type Phase = Schemas["RunPhase"];
export type WaitReason = Schemas["WaitReason"];
export type Mode = Schemas["Mode"];
export type Calendar = Schemas["Calendar"];
export type Problem = Schemas["Problem"];
export type Finding = Schemas["Finding"];
export type Me = Schemas["Me"];
export type RunSummary = Schemas["RunSummary"];
export type Step = Schemas["RunStep"];
export type Artifact = Schemas["RunArtifact"];
export type Run = Schemas["RunDetails"];
export type Rerun = Partial<Schemas["RerunBody"]>;
export type RerunPreview = Schemas["RerunPreview"];
export type Foreseen = Schemas["Foreseen"];
export type AgainAnswer = NonNullable<Schemas["RerunBody"]["answers"]>[string];
export type RunComparison = Schemas["RunComparison"];
export type ComparedStep = Schemas["ComparedStep"];
export type ComparedValue = Schemas["ComparedValue"];
export type ComparedArtifact = Schemas["ComparedArtifact"];
export type StepSide = Schemas["StepSide"];
export type InboxItem = Schemas["InboxItem"];
export type BulkOutcome = Schemas["BulkOutcome"];
export type RecipeBoard = Schemas["RecipeBoard"];
export type RecipeMetric = Schemas["RecipeMetric"];
export type Dashboard = Schemas["Dashboard"];
export type RecipeSummary = Schemas["RecipeSummary"];
export type StepOutline = Schemas["StepOutline"];
export type Recipe = Schemas["RecipeDetails"];
export type Validation = Schemas["Validation"];
export type Promotion = Schemas["Promotion"];
export type FolderStatus = Schemas["FolderStatus"];
export type RecipeCommit = Schemas["RecipeCommit"];
export type ImportOutcome = Schemas["ImportOutcome"];
export type SavedTests = Schemas["SavedTests"];
export type TestReport = Schemas["TestReport"];
export type TestResult = Schemas["TestResult"];
export type TestDraft = Schemas["TestDraft"];
export type VersionSummary = Schemas["VersionSummary"];
export type Agent = Schemas["Agent"];
export type Reach = Schemas["Reach"];
export type Reachable = Schemas["Reachable"];
export type Seed = Schemas["Seed"];
export type SetupStatus = Schemas["SetupStatus"];
export type SetupOutcome = Schemas["SetupOutcome"];
export type Removed = Schemas["Removed"];
export type Baseline = Schemas["Baseline"];
export type BaselineView = Schemas["BaselineView"];
export type Measured = Schemas["Measured"];
export type Settings = Schemas["Settings"];
export type SettingsChange = Partial<Schemas["SettingsChangeBody"]>;
export type SettingSource = Schemas["SettingSource"];
export type ModelSettings = Schemas["ModelSettings"];
export type ModelStatus = Schemas["ModelStatus"];
export type ProviderSettings = Schemas["ProviderSettings"];
export type ListedModel = Schemas["ListedModel"];
export type Tried = Schemas["Tried"];
export type Token = Schemas["Token"];
export type IssuedToken = Schemas["IssuedToken"];
export type Backup = Schemas["Backup"];
export type NewBackup = Schemas["NewBackup"];
export type AuditLine = Schemas["AuditLine"];
export type Tool = Schemas["Tool"];
export type ToolAction = Schemas["ToolAction"];
export type McpServer = Schemas["McpServer"];
export type Offer = Schemas["Offer"];
export type ToolSetting = Schemas["ToolSetting"];
export type ConnectorFile = Schemas["ConnectorFileView"];
export type Room = Schemas["Room"];
export type RoomWorld = Schemas["RoomWorld"];
export type Device = Schemas["Device"];
export type PlacesImport = Schemas["PlacesImport"];
export type PlacesExport = Schemas["PlacesExport"];
export type Campus = Schemas["CampusState"];
export type CampusThing = Schemas["CampusThing"];
export type Health = Schemas["Health"];
export type ActionReply = Schemas["ActionReply"];
export type Started = Schemas["StartedRun"];
export type SopDraft = Schemas["SopDraft"];
export type SupportBundle = Schemas["SupportBundle"];
export type SopChoice = NonNullable<Schemas["SopTextBody"]["engine"]>;
export type SopEngine = Schemas["SopEngine"];
export type SopWork = Schemas["SopWork"];
export type SopLine = Schemas["TraceLine"];
export type Workflow = Schemas["Workflow"];
export type RecentRun = Schemas["RecentRun"];
export type Occurrence = Schemas["Occurrence"];
export type Trigger = Schemas["Trigger"];
export type TriggerPreview = Schemas["Preview"];
export type Ticked = Schemas["Ticked"];
export type Hook = Schemas["Hook"];
export type IssuedSecret = Schemas["IssuedSecret"];
export type Delivery = Schemas["Delivery"];
export type Answered = Schemas["Answered"];
export type NoticeSettings = Schemas["NoticeSettings"];
export type NoticeTried = Schemas["NoticeTried"];

/** One page of a list. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** The members of a value that may be anything: none, if it is no object. */
export function objectIn(value: Json | undefined): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}
export type ChatMessage = Schemas["ChatMessage"];
export type ChatThread = Schemas["ChatThread"];
export type ChatCard = Schemas["Card"];
export type ChatCommand = Schemas["CommandHelp"];
export type ManualEntry = Schemas["ManualEntry"];
export type ManualChapter = Schemas["ManualChapter"];
export type Passage = Schemas["Passage"];
export type RunArticle = Schemas["RunArticle"];
