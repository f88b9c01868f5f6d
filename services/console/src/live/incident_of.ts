import { fromJson } from "@bufbuild/protobuf";
import {
  AssignmentEventSchema,
  IncidentEventSchema,
  OfferEventSchema,
  RequestEventSchema,
  SituationEventSchema,
} from "../generated/muster/dispatch/v1/dispatch_pb";
import type { LiveEvent } from "./feed";

const options = { ignoreUnknownFields: true };

/** The incident that an event of dispatch is about; undefined for others. */
export function incidentOf(event: LiveEvent): string | undefined {
  const data = event.data ?? {};
  switch (event.dataschema) {
    case IncidentEventSchema.typeName:
      return fromJson(IncidentEventSchema, data, options).incidentId;
    case RequestEventSchema.typeName:
      return fromJson(RequestEventSchema, data, options).incidentId;
    case OfferEventSchema.typeName:
      return fromJson(OfferEventSchema, data, options).offer?.incidentId;
    case AssignmentEventSchema.typeName:
      return fromJson(AssignmentEventSchema, data, options).assignment?.incidentId;
    case SituationEventSchema.typeName:
      return fromJson(SituationEventSchema, data, options).incidentId;
    default:
      return undefined;
  }
}
