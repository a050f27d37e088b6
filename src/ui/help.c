#include "ui/help.h"

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "ui/pager.h"

#define HELP_KEYS 16 /* columns of the keys */

/* The sentence beside its keys, wrapped so that the keys' column stays free. */
static void
help_row(GString *text, const UiRequestRow *row, guint columns)
{
  const char *help = _(row->help);
  g_autoptr(GArray) lines = base_text_wrap(help, MAX(columns, HELP_KEYS + 20) - HELP_KEYS - 4);
  for (guint i = 0; i < lines->len; i++) {
    BaseTextLine line = g_array_index(lines, BaseTextLine, i);
    guint width = i == 0 ? base_text_width(row->keys) : 0;
    g_string_append_printf(text, "  %s%*s", i == 0 ? row->keys : "",
                           (int)(width < HELP_KEYS ? HELP_KEYS - width : 1), "");
    g_string_append_len(text, help + line.start, (gssize)(line.end - line.start));
    g_string_append_c(text, '\n');
  }
}

static void
help_context(GString *text, UiContext context, guint columns)
{
  guint before = (guint)text->len, any = 0;
  g_string_append_printf(text, "# %s\n", ui_request_context_title(context));
  for (guint r = 0; r < UI_REQUEST_N; r++)
    if (ui_request_row(r)->context == context) {
      help_row(text, ui_request_row(r), columns);
      any++;
    }
  if (any == 0)
    g_string_truncate(text, before);
  else
    g_string_append_c(text, '\n');
}

static void
help_legend(GString *text)
{
  g_string_append_printf(
      text, "# %s\n%s", _("Marks beside the text"),
      _("  !B  a finding that blocks the signature until the text changes or it is overridden\n"
        "  !W  a warning: read it before you sign\n"
        "  i   worth knowing\n"
        "  ?U  unsupported: nothing that was said carries this statement\n"
        "  ~   weak: little evidence, or a low confidence\n"
        "  +   written or changed by a person\n"
        "      nothing: supported by what is shown on the other side\n"));
}

UiScreen *
ui_help_new(UiApp *app, const UiScreenOps *ops)
{
  static const UiPagerRule RULES[] = {{"# ", UI_STYLE_HEADING}, {NULL, UI_STYLE_NORMAL}};
  g_autoptr(GString) text = g_string_new(NULL);
  help_context(text, ops->context, app->columns);
  if (ops->context == UI_CONTEXT_REVIEW) {
    help_legend(text);
    g_string_append_c(text, '\n');
  }
  if (ops->moves)
    help_context(text, UI_CONTEXT_MOVE, app->columns);
  if (ops->context != UI_CONTEXT_EDITOR)
    help_context(text, UI_CONTEXT_ANY, app->columns);
  return ui_pager_new(app, N_("Keys"), text->str, RULES);
}
