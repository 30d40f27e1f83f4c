import { Table, Text } from "@mantine/core";
import { JsonView, visible } from "./JsonView";

/** Names and values of a small object, one a row; nested values as JSON. */
export function Facts({ values }: { values: Record<string, unknown> }) {
  return (
    <Table className="facts" verticalSpacing={2} horizontalSpacing={6} withRowBorders={false}>
      <Table.Tbody>
        {Object.entries(values).map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th>{name}</Table.Th>
            <Table.Td>
              {value !== null && typeof value === "object" ? (
                <JsonView value={value} label={name} />
              ) : (
                <Text span size="sm" ff="monospace" fz={12}>
                  {visible(String(value))}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
