using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.Admission;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Admission;

public sealed class AdmissionGateTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void Enter_AnyTrace_ServesAndShedsAsTheModelSays() =>
        Prop.ForAll(Gen.Choose(0, 99).ListOf(80).ToArbitrary(), trace =>
        {
            var gate = new AdmissionGate(TimeProvider.System);
            var model = new AdmissionModel();
            gate.Apply(new AdmissionLimits(model.Slots, model.Places, Long));
            var asked = new Dictionary<int, Asked>();
            for (int step = 0; step < trace.Count; step++)
            {
                Step(trace[step], step, gate, model, asked);
                foreach ((int id, Asked one) in asked)
                {
                    AdmissionOutcome? expected = model.OutcomeOf(id);
                    if (expected is null ? one.Outcome.IsCompleted : !Is(one.Outcome, expected.Value))
                    {
                        return false.Label($"step {step}: request {id} should be {expected?.ToString() ?? "waiting"}");
                    }
                }

                if (gate.Running != model.Running || gate.Queued != model.Waiting)
                {
                    return false.Label($"step {step}: {gate.Running} run and {gate.Queued} wait, should be {model.Running} and {model.Waiting}");
                }
            }

            return true.ToProperty();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Enter_NoSlotInTime_TimesOutAndFreesThePlace()
    {
        var gate = new AdmissionGate(TimeProvider.System);
        gate.Apply(new AdmissionLimits(1, 1, TimeSpan.FromMilliseconds(20)));
        Assert.Equal(AdmissionOutcome.Admitted, await gate.EnterAsync(0, default));

        Assert.Equal(AdmissionOutcome.TimedOut, await gate.EnterAsync(0, default).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, gate.Queued);
        Assert.Equal(1, gate.Running);
    }

    [Fact]
    public async Task Enter_ManyAtOnce_NeverMoreThanTheLimitRunAndEverySlotComesBack()
    {
        var gate = new AdmissionGate(TimeProvider.System);
        gate.Apply(new AdmissionLimits(4, 50, Long));
        int running = 0;
        int most = 0;
        using var abort = new CancellationTokenSource();
        AdmissionOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(async () =>
        {
            AdmissionOutcome outcome = await gate.EnterAsync(i % 3, i % 7 == 0 ? abort.Token : default);
            if (outcome is AdmissionOutcome.Admitted or AdmissionOutcome.Queued)
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                gate.Leave();
            }

            if (i == 250)
            {
                await abort.CancelAsync();
            }

            return outcome;
        })));

        Assert.InRange(most, 1, 4);
        Assert.Contains(AdmissionOutcome.Admitted, outcomes);
        await Eventually.TrueAsync(() => gate.Running == 0 && gate.Queued == 0);
    }

    private static void Step(int choice, int step, AdmissionGate gate, AdmissionModel model, Dictionary<int, Asked> asked)
    {
        switch (choice)
        {
            case < 55:
                int priority = choice % 3;
                var abort = new CancellationTokenSource();
                asked[step] = new Asked(gate.EnterAsync(priority, abort.Token).AsTask(), abort);
                model.Enter(step, priority);
                break;
            case < 80 when model.Running > 0:
                gate.Leave();
                model.Leave();
                break;
            case < 92 when model.AnyWaiting(choice) is { } leaving:
                asked[leaving].Abort.Cancel();
                model.Abort(leaving);
                break;
            case >= 92:
                model.Resize(slots: 1 + (choice % 4), places: choice % 5);
                gate.Apply(new AdmissionLimits(model.Slots, model.Places, Long));
                break;
            default:
                break;
        }
    }

    // The outcome is decided at once, and told on another thread.
    private static bool Is(Task<AdmissionOutcome> outcome, AdmissionOutcome expected) =>
        SpinWait.SpinUntil(() => outcome.IsCompletedSuccessfully, TimeSpan.FromSeconds(30)) && new ValueTask<AdmissionOutcome>(outcome).Result == expected;

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; seen < value; seen = most)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private sealed record Asked(Task<AdmissionOutcome> Outcome, CancellationTokenSource Abort);
}
