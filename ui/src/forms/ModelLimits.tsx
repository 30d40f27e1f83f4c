import { Button, Group, NumberInput, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { ModelSettings, SettingsChange } from "../api/wire";
import { Source } from "../widgets/Source";

type Typed = string | number;

/** How much models may take; a live question beyond it is refused before it is sent. */
export function ModelLimits({
  models,
  mayChange,
  saving,
  onSave,
}: {
  models: ModelSettings;
  mayChange: boolean;
  saving: boolean;
  onSave: (change: SettingsChange) => void;
}) {
  const [turn, setTurn] = useState<Typed>(models.max_tokens);
  const [tokens, setTokens] = useState<Typed>(models.daily_tokens ?? "");
  const [usd, setUsd] = useState<Typed>(models.daily_usd ?? "");
  const [rounds, setRounds] = useState<Typed>(models.sop_rounds);
  const number = (typed: Typed) => (typed === "" ? null : Number(typed));
  const limit = (value: number | null) => (value === null ? "default" : "workspace");
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        <div>
          <NumberInput
            label="Tokens of one answer"
            min={1}
            max={200_000}
            allowDecimal={false}
            value={turn}
            disabled={!mayChange}
            onChange={setTurn}
          />
          <Source of={models.max_tokens_source} />
        </div>
        <div>
          <NumberInput
            label="Tokens in 24 hours"
            placeholder="no limit"
            min={0}
            allowDecimal={false}
            value={tokens}
            disabled={!mayChange}
            onChange={setTokens}
          />
          <Source of={limit(models.daily_tokens)} />
        </div>
        <div>
          <NumberInput
            label="US dollars in 24 hours"
            placeholder="no limit"
            min={0}
            max={1_000_000}
            prefix="$"
            decimalScale={4}
            value={usd}
            disabled={!mayChange}
            onChange={setUsd}
          />
          <Source of={limit(models.daily_usd)} />
        </div>
        <div>
          <NumberInput
            label="Rounds for one procedure"
            description="How often a model is asked to mend its draft"
            min={1}
            max={10}
            allowDecimal={false}
            value={rounds}
            disabled={!mayChange}
            onChange={setRounds}
          />
          <Source of={models.sop_rounds_source} />
        </div>
      </SimpleGrid>
      <Text size="sm">
        In the last 24 hours live questions took {models.used_tokens.toLocaleString()} tokens and $
        {models.used_usd.toFixed(4)}, as far as prices are known.
      </Text>
      {mayChange ? (
        <Group>
          <Button
            size="xs"
            loading={saving}
            onClick={() =>
              onSave({
                max_tokens: number(turn),
                daily_tokens: number(tokens),
                daily_usd: number(usd),
                sop_rounds: number(rounds),
              })
            }
          >
            Save limits
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
