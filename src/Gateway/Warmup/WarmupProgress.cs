using System.Text.Json.Nodes;

namespace Gateway.Warmup;

/// <summary>How the warm-up stands, for the status page.</summary>
internal sealed class WarmupProgress(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[Enum.GetValues<WarmupOutcome>().Length];
    private string _state = "waiting";
    private long _total;
    private DateTimeOffset? _began;
    private DateTimeOffset? _ended;
    private string? _lastProblem;

    /// <summary>URLs that are done.</summary>
    public long Done
    {
        get
        {
            lock (_gate)
            {
                return _counts.Sum();
            }
        }
    }

    public long this[WarmupOutcome outcome]
    {
        get
        {
            lock (_gate)
            {
                return _counts[(int)outcome];
            }
        }
    }

    public void Begin(int total)
    {
        lock (_gate)
        {
            Array.Clear(_counts);
            (_state, _total, _began, _ended, _lastProblem) = ("running", total, time.GetUtcNow(), null, null);
        }
    }

    /// <summary>Another gateway does this round, or there is nothing to do.</summary>
    public void LeftTo(string state)
    {
        lock (_gate)
        {
            _state = state;
        }
    }

    /// <param name="outcome">Of one URL.</param>
    /// <param name="problem">In words, when something is wrong with it; without its query.</param>
    public void Count(WarmupOutcome outcome, string? problem)
    {
        lock (_gate)
        {
            _counts[(int)outcome]++;
            _lastProblem = problem ?? _lastProblem;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            (_state, _ended) = ("done", time.GetUtcNow());
        }
    }

    public JsonObject Describe()
    {
        lock (_gate)
        {
            return new JsonObject
            {
                ["state"] = _state,
                ["urls"] = _total,
                ["done"] = _counts.Sum(),
                ["stored"] = _counts[(int)WarmupOutcome.Stored],
                ["fresh"] = _counts[(int)WarmupOutcome.Fresh],
                ["notStored"] = _counts[(int)WarmupOutcome.NotStored],
                ["skipped"] = _counts[(int)WarmupOutcome.Skipped],
                ["failed"] = _counts[(int)WarmupOutcome.Failed],
                ["began"] = _began?.ToString("O"),
                ["ended"] = _ended?.ToString("O"),
                ["lastProblem"] = _lastProblem,
            };
        }
    }
}
