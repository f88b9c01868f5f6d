-- beside the version before: yes
-- Relief, redeployment, confirmations and rest of assignments; sector, period and needs of situation reports.
ALTER TABLE assignment ADD COLUMN relieves_id TEXT NOT NULL DEFAULT '';
ALTER TABLE assignment ADD COLUMN relieved_by_id TEXT NOT NULL DEFAULT '';
ALTER TABLE assignment ADD COLUMN redeployed_from_id TEXT NOT NULL DEFAULT '';
ALTER TABLE assignment ADD COLUMN handover_note TEXT NOT NULL DEFAULT '';
ALTER TABLE assignment ADD COLUMN expected_arrival_us BIGINT;
ALTER TABLE assignment ADD COLUMN arrival_confirmed TEXT;
ALTER TABLE assignment ADD COLUMN work_confirmed TEXT;
ALTER TABLE assignment ADD COLUMN rest_override_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX assignment_by_relieved ON assignment (relieves_id) WHERE relieves_id <> '';
CREATE INDEX assignment_awaited ON assignment (id) WHERE state IN ('reserved', 'mobilizing', 'en_route');
ALTER TABLE situation_report ADD COLUMN sector TEXT NOT NULL DEFAULT '';
ALTER TABLE situation_report ADD COLUMN period_start_us BIGINT;
ALTER TABLE situation_report ADD COLUMN period_end_us BIGINT;
ALTER TABLE situation_report ADD COLUMN resource_request_id TEXT NOT NULL DEFAULT '';
CREATE INDEX offer_by_team ON offer (team_id);
CREATE INDEX resource_request_by_requester ON resource_request (requester_organization_id);
