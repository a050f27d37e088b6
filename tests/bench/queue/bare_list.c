/* The least that a list in curses over the same table can cost: the floor that guichet's queue is
 * measured against.  No keys, no roles, no counts, nothing opened: numbers of the rows as they are.
 *
 *     bare_list DATA.DB        j k move, q leaves */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include <curses.h>
#include <sqlite3.h>

#define PAGE 64

typedef struct {
  long long id, created, state, n_block, n_warn, confidence;
} Row;

typedef struct {
  sqlite3_stmt *after, *before;
  Row rows[PAGE];
  int n, top; /* rows on the screen, the selected one of them */
} List;

static void
give_up(sqlite3 *db, const char *what)
{
  fprintf(stderr, "bare_list: %s: %s\n", what, sqlite3_errmsg(db));
  exit(1);
}

static int
fetch(sqlite3_stmt *stmt, const Row *from, Row *into, int most)
{
  int n = 0;
  sqlite3_reset(stmt);
  sqlite3_bind_int64(stmt, 1, from->created);
  sqlite3_bind_int64(stmt, 2, from->id);
  sqlite3_bind_int(stmt, 3, most);
  while (n < most && sqlite3_step(stmt) == SQLITE_ROW) {
    long long *cells = (long long *)&into[n++];
    for (int i = 0; i < 6; i++)
      cells[i] = sqlite3_column_int64(stmt, i);
  }
  return n;
}

static void
draw_row(const List *list, int i)
{
  const Row *r = &list->rows[i];
  attrset(i == list->top ? A_REVERSE : A_NORMAL);
  mvprintw(i + 1, 0, "%-10lld %-20lld %3lldB %3lldW %3lld%% %20lld", r->state, r->id, r->n_block,
           r->n_warn, r->confidence / 10, r->created);
  clrtoeol();
}

static void
move_down(List *list)
{
  Row next;
  if (list->top + 1 < list->n) {
    list->top++;
    draw_row(list, list->top - 1);
    draw_row(list, list->top);
  } else if (fetch(list->after, &list->rows[list->n - 1], &next, 1) == 1) {
    for (int i = 0; i + 1 < list->n; i++)
      list->rows[i] = list->rows[i + 1];
    list->rows[list->n - 1] = next;
    for (int i = 0; i < list->n; i++)
      draw_row(list, i);
  }
}

static void
move_up(List *list)
{
  if (list->top > 0) {
    list->top--;
    draw_row(list, list->top + 1);
    draw_row(list, list->top);
  }
}

#define COLUMNS                                                                                    \
  "SELECT id, created, state, n_block, n_warn, confidence FROM item WHERE open = 1 AND "

int
main(int argc, char **argv)
{
  sqlite3 *db = NULL;
  List list = {0};
  Row start = {.created = -1};
  if (argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
    give_up(db, "open");
  if (sqlite3_prepare_v2(db, COLUMNS "(created, id) > ($1, $2) ORDER BY created, id LIMIT $3", -1,
                         &list.after, NULL) != SQLITE_OK)
    give_up(db, "prepare");
  setlocale(LC_ALL, "");
  initscr();
  raw();
  noecho();
  nonl();
  curs_set(0);
  keypad(stdscr, TRUE);
  mvprintw(0, 0, "bare list");
  list.n = fetch(list.after, &start, list.rows, LINES - 3 < PAGE ? LINES - 3 : PAGE);
  for (int i = 0; i < list.n; i++)
    draw_row(&list, i);
  refresh();
  for (int key; (key = getch()) != 'q';) {
    if (key == 'j')
      move_down(&list);
    else if (key == 'k')
      move_up(&list);
    refresh();
  }
  endwin();
  sqlite3_finalize(list.after);
  sqlite3_close(db);
  return 0;
}
