#include "ui/pager.h"

#include <string.h>

#include "guichet/base/i18n.h"

typedef struct {
  UiScreen super;
  UiScreenOps ops; /* with a title of its own */
  UiTextView *view;
} Pager;

static void
pager_recalc(UiScreen *screen)
{
  Pager *pager = (Pager *)screen;
  ui_textview_layout(pager->view, ui_app_body(screen->app), screen->app->columns - 2);
}

static void
pager_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Pager *pager = (const Pager *)(gconstpointer)screen;
  guint lines = ui_textview_lines(pager->view), body = ui_app_body(screen->app);
  ui_textview_draw(pager->view, canvas, 1, 1);
  ui_canvas_cursor(canvas, 1, 0);
  if (ui_textview_top(pager->view) + body < lines)
    ui_canvas_put(canvas, body, canvas->columns - 1, 1, UI_STYLE_KEY, "v");
}

static guint
pager_found(UiScreen *screen, const char *words)
{
  Pager *pager = (Pager *)screen;
  if (words != NULL && *words != '\0' && !ui_textview_search(pager->view, words, FALSE))
    ui_app_say(screen->app, UI_STYLE_WARN, _("Not found."));
  return UI_DRAW;
}

static guint
pager_handle(UiScreen *screen, UiRequest request)
{
  Pager *pager = (Pager *)screen;
  if (request == UI_REQUEST_SEARCH) {
    ui_app_ask(screen->app, ui_prompt_typing(_("Search:"), pager_found, pager_found));
    return UI_DRAW;
  }
  return ui_textview_move(pager->view, request);
}

static void
pager_free(UiScreen *screen)
{
  Pager *pager = (Pager *)screen;
  ui_textview_free(pager->view);
  g_free(pager);
}

static void
pager_style(Pager *pager, const UiPagerRule *rules)
{
  const char *text = ui_textview_text(pager->view), *line = text;
  while (*line != '\0') {
    const char *end = line + strcspn(line, "\n");
    for (const UiPagerRule *rule = rules; rule->prefix != NULL; rule++)
      if (strncmp(line, rule->prefix, strlen(rule->prefix)) == 0) {
        ui_textview_span(pager->view, (gsize)(line - text), (gsize)(end - text), rule->style);
        break;
      }
    line = *end == '\n' ? end + 1 : end;
  }
}

UiScreen *
ui_pager_new(UiApp *app, const char *title, const char *text, const UiPagerRule *rules)
{
  Pager *pager = g_new0(Pager, 1);
  pager->ops = (UiScreenOps){
      .context = UI_CONTEXT_PAGER,
      .moves = TRUE,
      .title = title,
      .recalc = pager_recalc,
      .draw = pager_draw,
      .handle = pager_handle,
      .free = pager_free,
  };
  pager->super = (UiScreen){&pager->ops, app};
  pager->view = ui_textview_new();
  ui_textview_set(pager->view, text);
  if (rules != NULL)
    pager_style(pager, rules);
  return &pager->super;
}
