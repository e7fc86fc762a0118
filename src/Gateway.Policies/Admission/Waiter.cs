namespace Gateway.Policies.Admission;

/// <summary>A request in the queue.</summary>
internal sealed class Waiter
{
    private readonly TaskCompletionSource<AdmissionOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Waiter(AdmissionGate gate, int priority)
    {
        Gate = gate;
        Priority = priority;
        Place = new LinkedListNode<Waiter>(this);
    }

    public AdmissionGate Gate { get; }

    public int Priority { get; }

    public LinkedListNode<Waiter> Place { get; }

    public Task<AdmissionOutcome> Outcome => _outcome.Task;

    public void End(AdmissionOutcome outcome) => _outcome.SetResult(outcome);
}
