import "../../../services/api/src/index.ts";
