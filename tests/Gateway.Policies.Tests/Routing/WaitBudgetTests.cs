using Gateway.Policies.Routing;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Routing;

public sealed class WaitBudgetTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(50);
    private readonly SteppedTime _time = new();

    [Fact]
    public void Begin_AfterAnotherCallEnded_GetsWhatThatOneLeft()
    {
        var wait = new WaitBudget();
        Assert.Equal(50, wait.Begin(Deadline, _time).TotalMilliseconds);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        wait.End(_time);
        _time.Advance(TimeSpan.FromMilliseconds(1000));
        Assert.Equal(30, wait.Begin(Deadline, _time).TotalMilliseconds);
        _time.Advance(TimeSpan.FromMilliseconds(35));
        wait.End(_time);
        Assert.Equal(-5, wait.Begin(Deadline, _time).TotalMilliseconds);
        Assert.Equal(55, wait.Spent.TotalMilliseconds);
    }

    [Fact]
    public void Begin_WhileAnotherCallRuns_CountsTheOverlapOnce()
    {
        var wait = new WaitBudget();
        wait.Begin(Deadline, _time);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(40, wait.Begin(Deadline, _time).TotalMilliseconds);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        wait.End(_time);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        wait.End(_time);
        Assert.Equal(30, wait.Spent.TotalMilliseconds);
        Assert.Equal(20, wait.Begin(Deadline, _time).TotalMilliseconds);
    }

    [Fact]
    public void Begin_WithALimitOfItsOwn_IgnoresTheDeadline()
    {
        var wait = new WaitBudget { Limit = TimeSpan.FromSeconds(2) };
        Assert.Equal(2000, wait.Begin(Deadline, _time).TotalMilliseconds);
    }

    [Fact]
    public void Excuse_WaitEndedInTime_GivesNothing()
    {
        var wait = new WaitBudget();
        wait.Begin(Deadline, _time);
        _time.Advance(TimeSpan.FromMilliseconds(52));
        Assert.Null(wait.Excuse(Deadline, _time));
    }

    [Fact]
    public void Excuse_WaitEndedLate_GivesHalfTheTimeMoreButOnce()
    {
        var wait = new WaitBudget();
        wait.Begin(Deadline, _time);
        wait.Begin(Deadline, _time);
        _time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Equal(25, wait.Excuse(Deadline, _time)?.TotalMilliseconds);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(20, wait.Excuse(Deadline, _time)?.TotalMilliseconds);
        _time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Null(wait.Excuse(Deadline, _time));
        wait.End(_time);
        wait.End(_time);
        Assert.True(wait.Begin(Deadline, _time) < TimeSpan.Zero);
    }

    [Fact]
    public void Excuse_AnsweredSoonAfter_LeavesTheRestToTheNextCall()
    {
        var wait = new WaitBudget();
        wait.Begin(Deadline, _time);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        wait.Excuse(Deadline, _time);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        wait.End(_time);
        Assert.Equal(24, wait.Begin(Deadline, _time).TotalMilliseconds);
    }
}
