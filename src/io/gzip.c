/* Expands gzip data with zlib. */
#include "io/gzip.h"

#include <limits.h>
#include <zlib.h>

enum {
    GZIP_WINDOW = 15 + 16, /* zlib: the largest window, and a gzip header instead of zlib's own */
    FIRST_ROOM = 1 << 16,
};

int hpm_gzip_detect(const void *bytes, size_t length)
{
    const unsigned char *head = bytes;
    return length >= 3 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8;
}

typedef struct expansion {
    z_stream stream;
    const unsigned char *input;
    size_t left; /* of the input, not yet handed to zlib */
    unsigned char *bytes;
    size_t room, used, limit;
} expansion;

/* One byte beyond the limit is enough room to see that the data does not fit. */
static hpm_status make_room(expansion *job, hpm_error *error)
{
    if (job->used < job->room) return HPM_OK;
    if (job->used > job->limit)
        return hpm_fail(error, HPM_E_LIMIT, NULL, "gzip data expands to more than %zu bytes",
                        job->limit);
    size_t most = job->limit < SIZE_MAX ? job->limit + 1 : SIZE_MAX;
    size_t room = job->room == 0 ? FIRST_ROOM : job->room > most / 2 ? most : job->room * 2;
    if (room > most) room = most;
    unsigned char *bytes = realloc(job->bytes, room);
    if (!bytes) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory for %zu bytes", room);
    job->bytes = bytes;
    job->room = room;
    return HPM_OK;
}

/* zlib counts in unsigned int; the input and the room may be larger. */
static uInt clip(size_t length)
{
    return length > UINT_MAX ? UINT_MAX : (uInt)length;
}

static int inflate_some(expansion *job)
{
    z_stream *stream = &job->stream;
    uInt given = clip(job->left), offered = clip(job->room - job->used);
    stream->next_in = job->input;
    stream->avail_in = given;
    stream->next_out = job->bytes + job->used;
    stream->avail_out = offered;
    int result = inflate(stream, Z_NO_FLUSH);
    job->input += given - stream->avail_in;
    job->left -= given - stream->avail_in;
    job->used += offered - stream->avail_out;
    return result;
}

/* Expands one member, up to its checked end. */
static hpm_status expand_member(expansion *job, hpm_error *error)
{
    int result = Z_OK;
    while (result != Z_STREAM_END) {
        hpm_status status = make_room(job, error);
        if (status != HPM_OK) return status;
        result = inflate_some(job);
        if (result == Z_MEM_ERROR) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
        if (result == Z_OK && (job->left > 0 || job->used == job->room)) continue;
        if (result != Z_STREAM_END)
            return hpm_fail(error, HPM_E_SYNTAX, NULL, "%s gzip data",
                            result == Z_OK || result == Z_BUF_ERROR ? "truncated" : "damaged");
    }
    return HPM_OK;
}

static hpm_status expand_all(expansion *job, hpm_error *error)
{
    hpm_status status = HPM_OK;
    do {
        if (!hpm_gzip_detect(job->input, job->left))
            return hpm_fail(error, HPM_E_SYNTAX, NULL, "bytes that are not gzip data");
        status = expand_member(job, error);
        if (status == HPM_OK && job->left > 0) inflateReset(&job->stream);
    } while (status == HPM_OK && job->left > 0);
    if (status == HPM_OK && job->used > job->limit)
        return hpm_fail(error, HPM_E_LIMIT, NULL, "gzip data expands to more than %zu bytes",
                        job->limit);
    return status;
}

hpm_status hpm_gzip_expand(hpm_buffer *out, const void *bytes, size_t length, size_t limit,
                           hpm_error *error)
{
    expansion job = {.input = bytes, .left = length, .limit = limit};
    if (inflateInit2(&job.stream, GZIP_WINDOW) != Z_OK)
        return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    hpm_status status = expand_all(&job, error);
    inflateEnd(&job.stream);
    if (status != HPM_OK) {
        free(job.bytes);
        return status;
    }
    *out = (hpm_buffer){(char *)job.bytes, job.used};
    return HPM_OK;
}
