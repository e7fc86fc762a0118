using System.Buffers;
using Gateway.Policies.ResponseCaching.Fleet;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// Gives the body of a fetch to other gateways while it arrives: reads along, as a client would, and never holds the fetch up, since
/// what is recorded is kept for all readers.
/// </summary>
internal sealed class FetchUpload
{
    /// <summary>Bytes from which on a body is worth it; a smaller one is given to others when it is whole.</summary>
    public const int Smallest = 256 * 1024;

    /// <summary>How long bytes wait for more to be sent with them.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(25);

    private readonly IEntryUpload _upload;
    private readonly SharedBodyReader _reader;
    private readonly FetchTurn _turn;
    private readonly TimeProvider _time;
    private readonly Task<bool> _running;
    private volatile bool _givenUp;

    private FetchUpload(IEntryUpload upload, SharedBodyReader reader, FetchTurn turn, TimeProvider time)
    {
        (_upload, _reader, _turn, _time) = (upload, reader, turn, time);
        _running = RunAsync();
    }

    /// <summary>Null: the shared store takes only whole entries, or the body is not recorded.</summary>
    public static FetchUpload? Begin(IEntryUpload? upload, SharedBody body, FetchTurn turn, TimeProvider time) =>
        upload is not null && body.Join() is { } reader ? new FetchUpload(upload, reader, turn, time) : null;

    /// <summary>Gives up: the body will not be stored.</summary>
    public void GiveUp() => _givenUp = true;

    /// <summary>The fetch has ended. False: what was uploaded is not stored. Never throws.</summary>
    /// <param name="whole">False: the rest of the body does not come; who follows it breaks off. True: who follows it gets all of it, stored or not.</param>
    /// <param name="stored">What it brought. Null: nothing that is stored.</param>
    public async ValueTask<bool> EndAsync(bool whole, CacheEntry? stored)
    {
        if (!whole)
        {
            GiveUp();
        }

        if (!await _running)
        {
            return false;
        }

        try
        {
            if (stored is not null)
            {
                await _upload.CompleteAsync(stored);
                return true;
            }
        }
        catch (StoreUnavailableException)
        {
            // It is tried once more, as a whole.
        }

        await _upload.AbandonAsync();
        return false;
    }

    /// <summary>False: not all of the body was uploaded; those who follow it know at once.</summary>
    private async Task<bool> RunAsync()
    {
        bool all = await PumpAsync();
        if (!all)
        {
            await _upload.AbandonAsync();
        }

        return all;
    }

    private async Task<bool> PumpAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_upload.MaxStretch);
        try
        {
            // The first bytes wait for nothing: whoever waits at another gateway gets them at once.
            TimeSpan linger = TimeSpan.Zero;
            int count;
            while ((count = await _reader.ReadAsync(buffer.AsMemory(0, _upload.MaxStretch), linger, _time)) > 0)
            {
                if (_givenUp || !await _upload.AppendAsync(buffer.AsMemory(0, count)))
                {
                    return false;
                }

                if (linger == TimeSpan.Zero)
                {
                    await _turn.TellItStreamsAsync();
                    linger = Linger;
                }
            }

            return !_givenUp;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
        finally
        {
            _reader.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
