using System.Runtime.CompilerServices;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Threading;

/// <summary>
/// A stream whose reads end on a thread of the pool (<see cref="PoolThread"/>), for TLS above it: judging a certificate may fetch what it lacks
/// from elsewhere, and blocks meanwhile.
/// </summary>
internal sealed class PooledReads(Stream inner) : WrappedStream(inner)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> reading = Inner.ReadAsync(buffer, cancellationToken);
        return reading.IsCompleted ? reading : EndOnPoolAsync(reading);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> EndOnPoolAsync(ValueTask<int> reading)
    {
        int bytes = await reading.ConfigureAwait(false);
        await PoolThread.EnterAsync().ConfigureAwait(false);
        return bytes;
    }
}
