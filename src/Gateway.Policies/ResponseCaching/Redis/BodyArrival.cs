using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Brings a body in chunks here. It is handed out with its first chunk; the rest follows in the background, a few chunks ahead. A body
/// that another gateway still uploads is followed until its length is reached, or nobody uploads it any more.
/// </summary>
internal sealed class BodyArrival(BodyChunks chunks, TimeProvider time)
{
    /// <summary>Between two looks for a chunk that is not there yet.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>The body, most of it still on its way; null when its beginning is missing or damaged, or nobody uploads the rest.</summary>
    /// <param name="place">Where its chunks lie.</param>
    /// <param name="layout">How.</param>
    /// <param name="broken">Called when it breaks off later: true when Redis answered, so that the entry is of no use.</param>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<StoredBody?> BeginAsync(string place, BodyLayout layout, Action<bool> broken)
    {
        if (await chunks.ReadAsync(place, layout.Id, 0) is not { } first || first.Length > layout.Length)
        {
            return null;
        }

        if (first.Length == layout.Length)
        {
            return new StoredBody([first]);
        }

        if (layout.IsGrowing && !await chunks.IsAliveAsync(place, layout.Id))
        {
            return null;
        }

        var body = new ArrivingBody(layout.Length);
        body.Add(first);
        _ = FollowAsync(body, place, layout, first.Length, broken);
        return body;
    }

    private async Task FollowAsync(ArrivingBody body, string place, BodyLayout layout, long came, Action<bool> broken)
    {
        bool answered = false;
        try
        {
            await (layout.IsGrowing ? GrowAsync(body, place, layout, came) : ReadAsync(body, place, layout));
            answered = true;
        }
        catch (StoreUnavailableException)
        {
            // It breaks off, as where a chunk is missing; the entry may be of use again once Redis is back.
        }
        finally
        {
            if (!body.IsWhole)
            {
                // Counted before anyone sees it.
                broken(answered);
                body.Break();
            }
        }
    }

    /// <summary>All chunks are there: some are asked for ahead of the one that is waited for.</summary>
    private async ValueTask ReadAsync(ArrivingBody body, string place, BodyLayout layout)
    {
        var ahead = new Queue<Task<ReadOnlyMemory<byte>?>>(BodyChunks.AtATime);
        for (int next = 1; next < layout.Chunks || ahead.Count > 0;)
        {
            while (next < layout.Chunks && ahead.Count < BodyChunks.AtATime)
            {
                ahead.Enqueue(chunks.ReadAsync(place, layout.Id, next++).AsTask());
            }

            if (await ahead.Dequeue() is not { } chunk)
            {
                await Task.WhenAll(ahead);
                break;
            }

            body.Add(chunk);
        }
    }

    /// <summary>Chunks come one by one, as they are uploaded.</summary>
    private async ValueTask GrowAsync(ArrivingBody body, string place, BodyLayout layout, long came)
    {
        for (int next = 1; came < layout.Length && await NextAsync(place, layout.Id, next) is { } chunk; next++)
        {
            came += chunk.Length;
            body.Add(chunk);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>?> NextAsync(string place, long id, int chunk)
    {
        while (true)
        {
            if (await chunks.ReadAsync(place, id, chunk) is { } bytes)
            {
                return bytes;
            }

            if (!await chunks.IsAliveAsync(place, id))
            {
                // The last chunk may have come between the two looks.
                return await chunks.ReadAsync(place, id, chunk);
            }

            await Task.Delay(Look, time);
        }
    }
}
