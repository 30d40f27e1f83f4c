import {
  Anchor,
  Badge,
  Button,
  Card,
  Checkbox,
  Group,
  Modal,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { get, post } from "../api/client";
import { recipeFolder, recipes } from "../api/queries";
import type { Recipe, RecipeCommit, RecipeSummary } from "../api/wire";
import { ImportFiles } from "../forms/ImportFiles";
import { paths } from "../paths";
import { CommitMark } from "../widgets/CommitMark";
import { Empty } from "../widgets/Empty";
import { duration, percent } from "../widgets/format";
import { Refusal } from "../widgets/Refusal";
import { Status } from "../widgets/Status";
import { When } from "../widgets/When";

const route = getRouteApi("/recipes");

export function RecipesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(recipes);
  const folder = useQuery(recipeFolder).data;
  const [creating, window] = useDisclosure(false);
  const [importing, setImporting] = useState<File[]>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const wanted = (search.q ?? "").toLowerCase();
  const fresh = new Set(search.new?.split("|") ?? []);
  const found = (list.data?.items ?? []).filter((recipe) =>
    [recipe.name, recipe.description, ...recipe.tags].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <Stack
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const files = [...event.dataTransfer.files];
        if (files.length > 0) setImporting(files);
      }}
    >
      <Group justify="space-between">
        <Title order={1}>Recipes</Title>
        <Group gap="sm">
          <Button
            variant="default"
            onClick={() => setImporting([])}
            title="Or drop a ZIP or recipe files on this page"
          >
            Import
          </Button>
          <Button variant="default" component="a" href={exported(chosen)} download>
            {chosen.size === 0 ? "Export all" : `Export ${chosen.size}`}
          </Button>
          <Button component={Link} to={paths.sop()} variant="default">
            New from SOP
          </Button>
          <Button onClick={window.open}>New recipe</Button>
        </Group>
      </Group>
      <TextInput
        aria-label="Filter recipes"
        placeholder="Filter by name, description or tag"
        value={search.q ?? ""}
        onChange={(event) => {
          const q = event.currentTarget.value || undefined;
          navigate({ search: { ...search, q }, replace: true });
        }}
        maw={360}
      />
      <Refusal error={list.error} />
      {list.data && list.data.items.length === 0 ? (
        <Empty
          title="No recipes yet"
          why="A recipe is one YAML file that turns a procedure into something that runs."
        >
          <Button component={Link} to={paths.setup()} variant="default">
            Seed the examples
          </Button>
        </Empty>
      ) : (
        <Card withBorder p={0}>
          <Recipes
            recipes={sorted(found, search.sort)}
            fresh={fresh}
            commits={new Map(folder?.recipes.map((commit) => [commit.recipe_id, commit]))}
            chosen={chosen}
            onChoose={setChosen}
            sort={search.sort}
            onSort={(sort) => navigate({ search: { ...search, sort }, replace: true })}
          />
        </Card>
      )}
      <Modal opened={creating} onClose={window.close} title="New recipe" size="lg">
        <NewRecipe />
      </Modal>
      <Modal
        opened={importing !== undefined}
        onClose={() => setImporting(undefined)}
        title="Import"
        size="lg"
      >
        {importing ? <ImportFiles dropped={importing} onDone={() => setImporting(undefined)} /> : null}
      </Modal>
    </Stack>
  );
}

/** Where the ZIP of the chosen recipes is; of everything when none is chosen. */
function exported(chosen: ReadonlySet<string>): string {
  const query = [...chosen].map((id) => `recipe=${encodeURIComponent(id)}`).join("&");
  return query === "" ? "/api/v1/export" : `/api/v1/export?${query}`;
}

const COLUMNS: [label: string, value: (recipe: RecipeSummary) => string | number][] = [
  ["Recipe", (recipe) => recipe.name.toLowerCase()],
  ["Version", (recipe) => recipe.version],
  ["Stage", (recipe) => recipe.stage],
  ["Risk", (recipe) => ["low", "medium", "high"].indexOf(recipe.risk?.level ?? "")],
  ["Runs", (recipe) => recipe.stats.runs],
  ["Success", (recipe) => recipe.stats.success_rate ?? -1],
  ["p95", (recipe) => recipe.stats.p95_ms ?? -1],
  ["Last run", (recipe) => recipe.stats.last_run_at ?? ""],
];

/** Sorted by the column that the address names; a minus before it turns the order round. */
function sorted(recipes: RecipeSummary[], sort = "Recipe"): RecipeSummary[] {
  const down = sort.startsWith("-");
  const value = COLUMNS.find(([label]) => label === sort.replace("-", ""))?.[1];
  if (!value) return recipes;
  return [...recipes].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    const order = left < right ? -1 : left > right ? 1 : 0;
    return down ? -order : order;
  });
}

interface RecipesProps {
  recipes: RecipeSummary[];
  fresh: Set<string>;
  commits: ReadonlyMap<string, RecipeCommit>;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  sort: string | undefined;
  onSort: (sort: string) => void;
}

function Recipes({ recipes, fresh, commits, chosen, onChoose, sort = "Recipe", onSort }: RecipesProps) {
  const commitOf = (recipe: RecipeSummary) => {
    const commit = commits.get(recipe.id);
    return commit ? <CommitMark commit={commit} /> : null;
  };
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={32} aria-label="Chosen for export" />
            {COLUMNS.map(([label]) => (
              <Table.Th
                key={label}
                aria-sort={sort === label ? "ascending" : sort === `-${label}` ? "descending" : "none"}
              >
                <Anchor
                  component="button"
                  c="inherit"
                  size="sm"
                  fw={600}
                  onClick={() => onSort(sort === label ? `-${label}` : label)}
                >
                  {label}
                  <span aria-hidden>{sort === label ? " ↑" : sort === `-${label}` ? " ↓" : ""}</span>
                </Anchor>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {recipes.map((recipe) => (
            <Table.Tr key={recipe.id}>
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={`Choose ${recipe.name}`}
                  checked={chosen.has(recipe.id)}
                  onChange={() => toggle(recipe.id)}
                />
              </Table.Td>
              <Table.Td maw={360}>
                <Group gap={6}>
                  <Anchor component={Link} to={paths.recipe(recipe.slug)} fw={600}>
                    {recipe.name}
                  </Anchor>
                  {fresh.has(recipe.name) ? <Badge size="xs">new</Badge> : null}
                  {recipe.errors > 0 ? (
                    <Badge size="xs" color="red">
                      {recipe.errors} errors
                    </Badge>
                  ) : null}
                </Group>
                <Text size="sm" c="dimmed" lineClamp={1}>
                  {recipe.description}
                </Text>
                <Group gap={4}>
                  {recipe.tags.map((tag) => (
                    <Badge key={tag} size="xs" variant="outline" color="gray" tt="none">
                      {tag}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>
                v{recipe.version} {commitOf(recipe)}
              </Table.Td>
              <Table.Td>
                {recipe.stage}
                {recipe.staged_version && recipe.staged_version !== recipe.version ? (
                  <Text size="xs" c="dimmed">
                    v{recipe.staged_version} is followed
                  </Text>
                ) : null}
              </Table.Td>
              <Table.Td>{recipe.risk?.level ?? "–"}</Table.Td>
              <Table.Td>{recipe.stats.runs}</Table.Td>
              <Table.Td>{percent(recipe.stats.success_rate)}</Table.Td>
              <Table.Td>{duration(recipe.stats.p95_ms)}</Table.Td>
              <Table.Td>
                {recipe.stats.last_status ? <Status value={recipe.stats.last_status} size="sm" /> : null}{" "}
                <When time={recipe.stats.last_run_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const scaffold = (name: string) =>
  get<{ yaml: string }>(`/api/v1/recipes/scaffold?name=${encodeURIComponent(name)}`);

function NewRecipe() {
  const [name, setName] = useState("");
  const [pasted, setPasted] = useState("");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: async () => {
      const yaml = pasted.trim() === "" ? (await scaffold(name.trim())).yaml : pasted;
      return post<Recipe>("/api/v1/recipes", { yaml, changelog: "first draft" });
    },
    onSuccess: (recipe) => {
      queries.invalidateQueries({ queryKey: ["recipes"] });
      navigate({ to: paths.recipe(recipe.slug) });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="What it does, in a few words"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          disabled={pasted.trim() !== ""}
          data-autofocus
        />
        <Textarea
          label="Or paste a recipe"
          description="Its own name is used"
          placeholder="name: …"
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
          autosize
          minRows={4}
          maxRows={14}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
        <Refusal error={create.error} />
        <Button
          type="submit"
          loading={create.isPending}
          disabled={name.trim() === "" && pasted.trim() === ""}
        >
          {pasted.trim() === "" ? "Start from the scaffold" : "Save the pasted recipe"}
        </Button>
      </Stack>
    </form>
  );
}
