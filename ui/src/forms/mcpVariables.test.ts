import { expect, it } from "vitest";
import { readVariables } from "./AddMcpServer";

it("reads variables a line, and keeps what stands after the first equals sign", () => {
  expect(readVariables("A=1\n\n B_C=x=y== \n")).toEqual({ values: { A: "1", B_C: "x=y==" } });
});

it("says which line is no variable", () => {
  expect(readVariables("A=1\nTOKEN").problem).toBe('"TOKEN" is not NAME=value');
  expect(readVariables("=1").problem).toBeDefined();
  expect(readVariables("A=").problem).toBeDefined();
});
