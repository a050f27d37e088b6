#include "worker/channel_folder.h"

const WorkerChannel worker_channel_directory = {
    .word = "directory",
    .check = worker_channel_folder_check,
    .start = worker_channel_folder_start,
    .reconcile = worker_channel_folder_reconcile,
    .probe = worker_channel_folder_probe,
    .settled = worker_channel_folder_settled,
};
