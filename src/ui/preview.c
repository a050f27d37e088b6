#include "ui/preview.h"

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "ui/age.h"
#include "ui/queue.h"

typedef struct {
  UiCanvas *canvas;
  guint row, column, width;
} Preview;

/* A label and its value, wrapped. */
static void
preview_put(Preview *preview, const char *label, UiStyle style, const char *value)
{
  if (*value == '\0' || preview->row + 3 >= preview->canvas->rows)
    return;
  ui_canvas_put(preview->canvas, preview->row++, preview->column, preview->width, UI_STYLE_QUIET,
                label);
  g_autoptr(GArray) lines = base_text_wrap(value, preview->width - 2);
  for (guint i = 0; i < MIN(lines->len, 5) && preview->row + 2 < preview->canvas->rows; i++) {
    BaseTextLine line = g_array_index(lines, BaseTextLine, i);
    ui_canvas_put_bytes(preview->canvas, preview->row++, preview->column + 2, preview->width - 2,
                        style, value + line.start, line.end - line.start);
  }
}

static void
preview_count(GString *text, guint n, const char *one, const char *many)
{
  if (n > 0)
    g_string_append_printf(text, "%s%u %s", text->len > 0 ? ", " : "", n, n == 1 ? one : many);
}

static char *
preview_findings(const ClinicItem *item)
{
  GString *text = g_string_new(NULL);
  preview_count(text, item->n_block, _("blocks the signature"), _("block the signature"));
  preview_count(text, item->n_warn, _("warning"), _("warnings"));
  preview_count(text, item->n_info, _("remark"), _("remarks"));
  return g_string_free(text, FALSE);
}

void
ui_preview_draw(const UiApp *app, UiCanvas *canvas, guint column, const ClinicItem *item)
{
  Preview preview = {canvas, 1, column, UI_PREVIEW_WIDTH - 1};
  if (item == NULL)
    return;
  g_autofree char *since = ui_age_when(app->session, item->since);
  g_autofree char *created = ui_age_when(app->session, item->created);
  g_autofree char *findings = preview_findings(item);
  g_autofree char *sure =
      item->confidence < 0 ? g_strdup("") : g_strdup_printf("%d %%", item->confidence / 10);
  g_autofree char *state =
      g_strdup_printf(_("%s since %s"), clinic_state_title(item->state), since);
  preview_put(&preview, clinic_kind_title(item->kind), UI_STYLE_CURRENT, item->patient_name);
  preview_put(&preview, _("State"), ui_queue_style(item->state), state);
  preview_put(&preview, _("Came in"), UI_STYLE_NORMAL, created);
  preview_put(&preview, _("Clinician"), UI_STYLE_NORMAL, item->clinician_name);
  preview_put(&preview, _("Findings"), item->n_block > 0 ? UI_STYLE_BLOCK : UI_STYLE_NORMAL,
              *findings != '\0' ? findings : _("none"));
  preview_put(&preview, _("Confidence"), UI_STYLE_NORMAL, sure);
  preview_put(&preview, _("Open by"), UI_STYLE_WARN, item->holder_name);
  preview_put(&preview, _("Reason"), UI_STYLE_NORMAL, item->reason);
}
