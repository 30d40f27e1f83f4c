// API tokens: made, shown once, revoked.

import {
  Alert,
  Button,
  Checkbox,
  Code,
  CopyButton,
  Group,
  Modal,
  NumberInput,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, post } from "../api/client";
import { tokens as tokensQuery } from "../api/queries";
import type { IssuedToken, Token } from "../api/wire";
import { Refusal } from "../widgets/Refusal";
import { When } from "../widgets/When";

const ROLES: Token["role"][] = ["viewer", "operator", "author", "admin"];

export function Tokens() {
  const queries = useQueryClient();
  const found = useQuery(tokensQuery);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Token["role"]>("viewer");
  const [days, setDays] = useState<string | number>(90);
  const [approves, setApproves] = useState(false);
  const [revoking, setRevoking] = useState<Token>();
  const refresh = () =>
    Promise.all(["tokens", "audit"].map((each) => queries.invalidateQueries({ queryKey: [each] })));
  const make = useMutation({
    mutationFn: () =>
      post<IssuedToken>("/api/v1/tokens", {
        name,
        role,
        may_approve: approves,
        expires_in_days: days === "" ? null : Number(days),
      }),
    onSuccess: () => {
      setName("");
      return refresh();
    },
  });
  const revoke = useMutation({
    mutationFn: (token: Token) => ask<void>("DELETE", `/api/v1/tokens/${encodeURIComponent(token.id)}`),
    onSuccess: () => {
      setRevoking(undefined);
      return refresh();
    },
  });
  return (
    <Stack gap="sm">
      <Refusal error={found.error} />
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Token</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th>Used</Table.Th>
              <Table.Th>Until</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.data?.items.map((token) => (
              <Table.Tr key={token.id}>
                <Table.Td>
                  {token.name}
                  <Text size="xs" c="dimmed" ff="monospace">
                    {token.prefix}…
                  </Text>
                </Table.Td>
                <Table.Td>
                  {token.role}
                  {token.may_approve ? ", approves" : ""}
                </Table.Td>
                <Table.Td>{token.last_used_at ? <When time={token.last_used_at} /> : "never"}</Table.Td>
                <Table.Td>
                  {token.expires_at ? new Date(token.expires_at).toLocaleDateString() : "no end"}
                </Table.Td>
                <Table.Td>
                  {token.role === "owner" ? null : (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="red"
                      aria-label={`Revoke ${token.name}`}
                      onClick={() => setRevoking(token)}
                    >
                      Revoke
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {make.data ? (
        <Alert color="teal" title="Copy it now: it is not shown again" role="status">
          <Group gap="xs">
            <Code style={{ overflowWrap: "anywhere" }}>{make.data.secret}</Code>
            <CopyButton value={make.data.secret}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="default" onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      ) : null}
      <Group
        gap="xs"
        align="flex-end"
        component="form"
        onSubmit={(event: React.FormEvent) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <TextInput
          label="New token for"
          placeholder="wall display"
          value={name}
          required
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Role of the token"
          data={ROLES}
          value={role}
          allowDeselect={false}
          w={150}
          onChange={(value) => setRole(ROLES.find((each) => each === value) ?? "viewer")}
        />
        <NumberInput
          label="Days"
          min={1}
          max={366}
          allowDecimal={false}
          w={90}
          value={days}
          onChange={setDays}
        />
        <Checkbox
          label="may approve"
          checked={approves}
          mb={8}
          onChange={(event) => setApproves(event.currentTarget.checked)}
        />
        <Button type="submit" loading={make.isPending} disabled={name.trim() === ""}>
          Make token
        </Button>
      </Group>
      <Refusal error={make.error} />
      <Modal
        opened={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={revoking ? `Revoke ${revoking.name}?` : ""}
      >
        <Text size="sm">Whatever uses it is refused from now on.</Text>
        <Refusal error={revoke.error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setRevoking(undefined)}>
            Keep it
          </Button>
          <Button color="red" loading={revoke.isPending} onClick={() => revoking && revoke.mutate(revoking)}>
            Revoke
          </Button>
        </Group>
      </Modal>
    </Stack>
  );
}
