-- beside the version before: yes
-- An import looks for an organization by its code among those too that have ended, which the unique indexes leave out.
CREATE INDEX organization_by_any_credit_code ON organization (credit_code) WHERE credit_code <> '';
CREATE INDEX organization_by_any_filing ON organization (filing_number, filing_office) WHERE filing_number <> '';
