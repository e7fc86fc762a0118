namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Remembers for how long limits deny, so that a flood on a denied partition costs the shared store nothing.
/// </summary>
/// <remarks>
/// It changes no decision. A log only gains stamps, so what the store refuses at its moment s it refuses until s + retry. The call was
/// sent before s; by a clock that does not step, sent + retry is no later than s + retry. A 1024th of the time is given up for two
/// clocks that do not run alike. What breaks the premise (a reset by an operator, a log that Redis lost) is announced, or bounded by
/// the time a denial is remembered at most. The key is the whole question: an edited limit is another one.
/// A table of sets of four, of fixed size: a denial that finds its set full takes the place of the one that ends first.
/// </remarks>
internal sealed class DenialMemory(IPartitionNews news)
{
    /// <summary>How long a denial is believed at most: what was changed by hand in Redis shows after it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>The same while resets by other gateways are not heard of, and where permits may be handed back.</summary>
    public static readonly TimeSpan LongestUnsure = TimeSpan.FromMilliseconds(250);

    private const int Sets = 4096;
    private const int Ways = 4;
    private const int Gates = 64;
    private const int Drift = 1024;

    private readonly Denial[] _table = new Denial[Sets * Ways];
    private readonly long[] _latest = new long[Sets];
    private readonly Lock[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new Lock())];
    private int _epoch;

    /// <summary>How often something was reset or may have been. An answer asked for in an earlier epoch may be outdated.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>Answers for the store while one of the limits is known to deny; false, and nothing answered, otherwise. Allocates nothing.</summary>
    public bool TryDeny(ReadOnlySpan<PermitRequest> requests, Span<PermitDecision> decisions, long now)
    {
        long told = long.MinValue;
        for (int i = 0; i < requests.Length; i++)
        {
            if (Find(requests[i], now, out Denial denial) && denial.Decision.Outcome is PermitOutcome.Denied)
            {
                told = Math.Max(told, denial.Received);
            }
        }

        return told != long.MinValue && Answer(requests, decisions, now, told);
    }

    /// <summary>Notes an answer in which at least one limit denied, with what it said of the others.</summary>
    /// <param name="requests">What was asked.</param>
    /// <param name="decisions">What was answered.</param>
    /// <param name="sent">When, before the call was sent.</param>
    /// <param name="received">When, after the answer had come.</param>
    /// <param name="epoch">The <see cref="Epoch"/> when it was sent.</param>
    public void Remember(ReadOnlySpan<PermitRequest> requests, ReadOnlySpan<PermitDecision> decisions, long sent, long received, int epoch)
    {
        bool heard = news.IsHeard;
        long longest = 0;
        foreach (ref readonly PermitDecision decision in decisions)
        {
            longest = decision.Outcome is PermitOutcome.Denied ? Math.Max(longest, decision.RetryAfter.Ticks) : longest;
        }

        for (int i = 0; i < requests.Length; i++)
        {
            long ticks = decisions[i].Outcome is PermitOutcome.Denied ? decisions[i].RetryAfter.Ticks : longest;
            long atMost = (heard && !requests[i].MayBeRefunded ? Longest : LongestUnsure).Ticks;
            long until = sent + Math.Min(ticks - (ticks / Drift), atMost);
            if (until > received)
            {
                Put(new Denial { Request = requests[i], Decision = decisions[i] with { Receipt = 0 }, Received = received, Until = until }, epoch);
            }
        }
    }

    /// <summary>Forgets what is remembered of a partition that was reset, whatever was asked of it.</summary>
    public void Reset(UInt128 partition)
    {
        Interlocked.Increment(ref _epoch);
        Drop(partition);
    }

    /// <summary>
    /// Forgets the same of a partition that was given permits back. An answer on its way may still be remembered, for as long as
    /// <see cref="LongestUnsure"/>.
    /// </summary>
    public void Drop(UInt128 partition)
    {
        int set = SetOf(partition);
        lock (_gates[set % Gates])
        {
            foreach (ref Denial denial in Set(set))
            {
                denial = denial.Request.Partition == partition ? default : denial;
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _epoch);
        for (int set = 0; set < Sets; set++)
        {
            lock (_gates[set % Gates])
            {
                Set(set).Clear();
                _latest[set] = 0;
            }
        }
    }

    /// <summary>
    /// Of limits that do not deny it tells what the same answer, or a later one, said; of others nothing is known. False when the
    /// denial was forgotten meanwhile.
    /// </summary>
    private bool Answer(ReadOnlySpan<PermitRequest> requests, Span<PermitDecision> decisions, long now, long told)
    {
        bool denied = false;
        for (int i = 0; i < requests.Length; i++)
        {
            bool known = Find(requests[i], now, out Denial found) && (found.Decision.Outcome is PermitOutcome.Denied || found.Received >= told);
            decisions[i] = known ? found.Decision.Aged(now - found.Received) : PermitDecision.Unknown;
            denied |= decisions[i].Outcome is PermitOutcome.Denied;
        }

        return denied;
    }

    private bool Find(in PermitRequest request, long now, out Denial found)
    {
        int set = SetOf(request.Partition);
        if (now < Volatile.Read(ref _latest[set]))
        {
            lock (_gates[set % Gates])
            {
                foreach (ref Denial denial in Set(set))
                {
                    if (now < denial.Until && denial.Request.Partition == request.Partition && denial.Request == request)
                    {
                        found = denial;
                        return true;
                    }
                }
            }
        }

        found = default;
        return false;
    }

    private void Put(in Denial denial, int epoch)
    {
        int set = SetOf(denial.Request.Partition);
        lock (_gates[set % Gates])
        {
            if (epoch != Epoch)
            {
                return;
            }

            ref Denial place = ref Set(set)[0];
            foreach (ref Denial other in Set(set))
            {
                if (other.Request == denial.Request)
                {
                    place = ref other;
                    break;
                }

                if (other.Until < place.Until)
                {
                    place = ref other;
                }
            }

            place = denial;
            Volatile.Write(ref _latest[set], Math.Max(_latest[set], denial.Until));
        }
    }

    private Span<Denial> Set(int set) => _table.AsSpan(set * Ways, Ways);

    /// <summary>Partitions are hashes already. Other bits than the in-process store's stripes.</summary>
    private static int SetOf(UInt128 partition) => (int)((ulong)partition ^ ((ulong)(partition >> 64) >> 8)) & (Sets - 1);

    private struct Denial
    {
        public PermitRequest Request;
        public PermitDecision Decision;
        public long Received;
        public long Until;
    }
}
