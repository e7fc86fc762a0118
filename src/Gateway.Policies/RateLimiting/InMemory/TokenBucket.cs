using System.Runtime.InteropServices;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>A token bucket (GCRA): remembers when it will be full again, exactly, in parts of a microsecond.</summary>
internal sealed class TokenBucket : PermitCounting
{
    private const int Words = 4;

    public override long Left(PermitCount count, in PermitRequest request, long now)
    {
        long window = request.WindowMicroseconds;
        Int128 free = (((Int128)request.Burst * window) - Missing(Of(count), request, now)) / window;
        return (long)Int128.Max(0, free);
    }

    public override long Take(PermitCount count, in PermitRequest request, long permits, long moment, long now, MemoryBudget budget)
    {
        Int128 missing = Missing(Of(count), request, now);
        var taken = new State
        {
            Limit = request.Limit,
            Window = request.WindowMicroseconds,
            FullAt = ((Int128)now * request.Limit) + missing + ((Int128)permits * request.WindowMicroseconds),
        };
        Keep(count, taken);
        count.Slot.DeadAt = (long)Int128.Min(PermitSlot.Never, (taken.FullAt + taken.Limit - 1) / taken.Limit);
        return now;
    }

    public override long Until(PermitCount count, in PermitRequest request, long permits, long now)
    {
        Int128 wait = Missing(Of(count), request, now) - ((Int128)(request.Burst - permits) * request.WindowMicroseconds);
        return (long)((wait + request.Limit - 1) / request.Limit);
    }

    public override bool Refund(PermitCount count, long receipt, long permits)
    {
        if (count.Slot.Block.IsNone)
        {
            return false;
        }

        State state = Of(count);
        state.FullAt -= (Int128)permits * state.Window;
        Keep(count, state);
        return true;
    }

    private static State Of(PermitCount count) => count.Slot.Block.IsNone ? default : MemoryMarshal.Read<State>(MemoryMarshal.AsBytes(count.Words));

    private static void Keep(PermitCount count, in State state) =>
        MemoryMarshal.Write(MemoryMarshal.AsBytes(count.Open(Words)), state);

    private static Int128 Missing(in State state, long now) => Int128.Max(0, state.FullAt - ((Int128)now * state.Limit));

    /// <summary>
    /// By the request's rate. Edited since permits were last taken: those that are missing now, a part of one as a whole, take the time
    /// that they take by the new rate. Looking rounds nothing up for good: only taking does.
    /// </summary>
    private static Int128 Missing(in State state, in PermitRequest request, long now)
    {
        long window = request.WindowMicroseconds;
        if (state.Window == 0 || (state.Limit == request.Limit && state.Window == window))
        {
            return Missing(state, now);
        }

        return Int128.Min((Missing(state, now) + state.Window - 1) / state.Window, request.Burst) * window;
    }

    private struct State
    {
        /// <summary>When the bucket is full, in microseconds times <see cref="Limit"/>: one permit refills in exactly <see cref="Window"/> of it.</summary>
        public Int128 FullAt;
        public long Limit;
        public long Window;
    }
}
