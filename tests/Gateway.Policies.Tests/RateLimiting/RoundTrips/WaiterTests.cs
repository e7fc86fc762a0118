using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Routing;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.RoundTrips;

/// <summary>Requests that wait for an answer shared with others: either it comes, or their own time ends, never both.</summary>
public sealed class WaiterTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(50);
    private readonly TickClock _clock = new(TimeProvider.System);
    private readonly WaitExpiry _expiry;

    public WaiterTests() => _expiry = new WaitExpiry(Deadline, TimeProvider.System, _clock);

    [Fact]
    public async Task Watch_NobodyAnswers_EachEndsWhenItsTimeIsOverAndNoneBefore()
    {
        var random = new Random(7);
        Waiter<int>[] waiters = [.. Enumerable.Range(0, 300).Select(_ => Waiting(TimeSpan.FromMilliseconds(random.Next(1, 200))))];

        long[] early = await Task.WhenAll(waiters.Select(async waiter =>
        {
            _expiry.Watch(waiter);
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await waiter.Answer);
            return waiter.Deadline - _clock.Now();
        })).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.All(early, ticks => Assert.True(ticks <= 0, $"{TimeSpan.FromTicks(ticks)} too early"));
        Assert.All(waiters, waiter => Assert.True(waiter.IsGone && !waiter.TryAnswer()));
        Assert.Equal(0, _expiry.Watched);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_ProcessStoodStill_AnAnswerMayStillComeForHalfTheDeadline(bool comes)
    {
        var time = new DrivenTime();
        var clock = new TickClock(time);
        var expiry = new WaitExpiry(Deadline, time, clock);
        Waiter<int> waiter = Waiting(Deadline, clock, time);
        expiry.Watch(waiter);
        time.Advance(Deadline * 3);
        Assert.False(waiter.IsSettled);

        if (comes && waiter.TryAnswer())
        {
            waiter.SetResult(3);
            waiter.Release();
            Assert.Equal(3, await waiter.Answer);
        }

        time.Advance(Deadline / 2);
        Assert.Equal(!comes, waiter.IsGone);
        Assert.Equal(0, expiry.Watched);
    }

    [Fact]
    public async Task Release_OfManyAnsweredFailedAndGone_TellsEachItsOwn()
    {
        var waiters = new Waiters<Waiter<int>, int>();
        waiters.AddRange(Enumerable.Range(0, 100).Select(_ => Waiting(TimeSpan.FromMinutes(5))));
        Task<int>[] answers = [.. waiters.Select(waiter => waiter.Answer.AsTask())];
        foreach ((int index, Waiter<int> waiter) in waiters.Index())
        {
            if (index % 3 == 0)
            {
                waiter.Expire();
            }

            if (index % 3 == 1 && waiter.TryAnswer())
            {
                waiter.SetResult(index);
            }
        }

        waiters.Fail(new StoreUnavailableException("away"));
        Assert.All(answers.Where((_, index) => index % 3 != 0), answer => Assert.False(answer.IsCompleted));
        waiters.Release();
        await Task.WhenAll(answers).ContinueWith(static all => _ = all.Exception, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Empty(waiters);
        for (int i = 0; i < answers.Length; i++)
        {
            if (i % 3 == 1)
            {
                Assert.Equal(i, await answers[i]);
                continue;
            }

            StoreUnavailableException away = await Assert.ThrowsAsync<StoreUnavailableException>(() => answers[i]);
            Assert.Equal(i % 3 == 2, away.Message == "away");
        }
    }

    [Fact]
    public async Task Answer_Taken_EndsTheRequestsWait()
    {
        var wait = new WaitBudget();
        wait.Begin(TimeSpan.FromSeconds(1), TimeProvider.System);
        var waiter = new Waiter<int>(new PermitDecision[1], TimeSpan.FromMinutes(5), _clock.Now(), wait, TimeProvider.System);
        Assert.True(waiter.TryAnswer());
        waiter.SetResult(3);
        waiter.Release();

        Assert.Equal(3, await waiter.Answer);
        Assert.True(wait.Spent > TimeSpan.Zero);
    }

    [Fact]
    public void Watch_ManyThatAreOver_KeepsFewOfThem()
    {
        for (int i = 0; i < 50_000; i++)
        {
            Waiter<int> waiter = Waiting(TimeSpan.FromMinutes(5));
            _expiry.Watch(waiter);
            Assert.True(waiter.TryAnswer());
        }

        Assert.InRange(_expiry.Watched, 0, 512);
    }

    private Waiter<int> Waiting(TimeSpan patience) => Waiting(patience, _clock, TimeProvider.System);

    private static Waiter<int> Waiting(TimeSpan patience, TickClock clock, TimeProvider time)
    {
        var wait = new WaitBudget();
        wait.Begin(patience, time);
        return new Waiter<int>(new PermitDecision[1], patience, clock.Now(), wait, time);
    }
}
