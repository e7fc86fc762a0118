using Gateway.Policies.Admission;

namespace Gateway.Policies.Tests.Admission;

/// <summary>What the gate should do, in the plainest words: a list of who waits, searched from end to end.</summary>
internal sealed class AdmissionModel
{
    private readonly Dictionary<int, AdmissionOutcome> _outcomes = [];
    private readonly List<(int Id, int Priority)> _waiting = [];

    public int Slots { get; private set; } = 2;

    public int Places { get; private set; } = 3;

    public int Running { get; private set; }

    public int Waiting => _waiting.Count;

    /// <summary>Null: it still waits.</summary>
    public AdmissionOutcome? OutcomeOf(int id) => _outcomes.TryGetValue(id, out AdmissionOutcome outcome) ? outcome : null;

    public int? AnyWaiting(int choice) => _waiting.Count == 0 ? null : _waiting[choice % _waiting.Count].Id;

    public void Enter(int id, int priority)
    {
        if (Running < Slots)
        {
            Running++;
            _outcomes[id] = AdmissionOutcome.Admitted;
            return;
        }

        if (_waiting.Count >= Places)
        {
            if (_waiting.Count == 0 || _waiting.Min(one => one.Priority) >= priority)
            {
                _outcomes[id] = AdmissionOutcome.Full;
                return;
            }

            End(Least(), AdmissionOutcome.Displaced);
        }

        _waiting.Add((id, priority));
    }

    public void Leave()
    {
        Running--;
        Serve();
    }

    public void Abort(int id) => End(_waiting.Single(one => one.Id == id), AdmissionOutcome.Aborted);

    public void Resize(int slots, int places)
    {
        (Slots, Places) = (slots, places);
        Serve();
        while (_waiting.Count > Places)
        {
            End(Least(), AdmissionOutcome.Full);
        }
    }

    private void Serve()
    {
        while (Running < Slots && _waiting.Count > 0)
        {
            Running++;
            int highest = _waiting.Max(one => one.Priority);
            End(_waiting.First(one => one.Priority == highest), AdmissionOutcome.Queued);
        }
    }

    private (int Id, int Priority) Least()
    {
        int lowest = _waiting.Min(one => one.Priority);
        return _waiting.Last(one => one.Priority == lowest);
    }

    private void End((int Id, int Priority) one, AdmissionOutcome outcome)
    {
        _waiting.Remove(one);
        _outcomes[one.Id] = outcome;
    }
}
