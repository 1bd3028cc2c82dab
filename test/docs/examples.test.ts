import { beforeAll, describe, expect, test } from "bun:test";
import { loadPublicHistory, PROGRAM } from "../../bin/demo.ts";
import { addUser } from "../../src/service/users.ts";
import { blocksOf, DOCUMENTS } from "../support/documents.ts";
import { describeOnEmbedded } from "../support/engines.ts";
import { observatory, TestClock, testApp } from "../support/observatory.ts";

