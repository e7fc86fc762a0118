using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>Short forms of asking a store.</summary>
internal static class Ask
{
    public static PermitRequest For(long limit, double seconds, int partition = 1, string policy = "p") =>
        new(policy, new UInt128((ulong)partition, (ulong)policy.Sum(letter => letter * 31)), limit, TimeSpan.FromMicroseconds(Math.Round(seconds * 1e6)));

    public static async Task<PermitDecision> AcquireAsync(this IPermitStore store, PermitRequest request) =>
        (await store.AcquireAllAsync(request))[0];

    public static async Task<PermitDecision[]> AcquireAllAsync(this IPermitStore store, params PermitRequest[] requests)
    {
        var decisions = new PermitDecision[requests.Length];
        bool admitted = await store.AcquireAsync(requests, decisions, new WaitBudget());
        Assert.Equal(admitted, decisions.All(decision => decision.Outcome is PermitOutcome.Admitted));
        Assert.All(decisions, decision => Assert.Equal(admitted, decision.Receipt != 0));
        return WithoutReceipts(decisions);
    }

    /// <summary>How many copies passed, and the decisions.</summary>
    public static async Task<(int Granted, PermitDecision[] Decisions)> AcquireManyAsync(
        this IPermitStore store, int copies, TimeSpan ahead, params PermitRequest[] requests)
    {
        var decisions = new PermitDecision[requests.Length];
        int granted = await store.AcquireAsync(requests, copies, ahead, decisions, new WaitBudget());
        return (granted, decisions);
    }

    public static PermitDecision[] WithoutReceipts(this PermitDecision[] decisions) =>
        Array.ConvertAll(decisions, decision => decision with { Receipt = 0 });

    public static async Task<PermitDecision> PeekAsync(this IPermitStore store, PermitRequest request)
    {
        var decisions = new PermitDecision[1];
        await store.PeekAsync(new[] { request }, decisions, new WaitBudget());
        return decisions[0];
    }

    public static async Task<int> AdmittedOfAsync(this IPermitStore store, int times, PermitRequest request)
    {
        int admitted = 0;
        for (int i = 0; i < times; i++)
        {
            admitted += (await store.AcquireAsync(request)).Outcome is PermitOutcome.Admitted ? 1 : 0;
        }

        return admitted;
    }

    /// <summary>Asserts that every answer comes at once, without an allocation, and that the request is admitted or not (null: either).</summary>
    public static void AssertAnswersAtOnceAndAllocatesNothing(this IPermitStore store, int times, PermitRequest[] requests, bool? admitted = null)
    {
        var (decisions, wait) = (new PermitDecision[requests.Length], new WaitBudget());
        bool atOnce = true;
        AskOften();

        Assert.Equal(0, Allocations.Least(AskOften));
        Assert.True(atOnce);

        void AskOften()
        {
            for (int i = 0; i < times; i++)
            {
                ValueTask<bool> answer = store.AcquireAsync(requests, decisions, wait);
                atOnce &= answer.IsCompletedSuccessfully && (admitted is null || answer.Result == admitted);
            }
        }
    }
}
