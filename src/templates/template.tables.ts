export interface TemplateTable {
  accountId: number;
  templateId: string;
  title: string;
  content: string;
  example: string;
  primaryIndustry: string;
  deputyIndustry: string;
  changedAt: Date;
  removedAt: Date | null;
}

export interface TemplateTables {
  template: TemplateTable;
}
