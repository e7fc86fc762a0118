namespace Pipelines.Sockets.Unofficial.Tests.Scheduling;

public sealed class DelegatesTests
{
    [Fact]
    public void AsEnumerable_SeveralTargets_GivesThemInOrder()
    {
        var calls = new List<int>();
        Action first = () => calls.Add(1), second = () => calls.Add(2);

        foreach (Action target in (first + second + first).AsEnumerable())
        {
            target();
        }

        Assert.Equal([1, 2, 1], calls);
    }

    [Fact]
    public void AsEnumerable_Null_GivesNone()
    {
        foreach (Action target in ((Action?)null).AsEnumerable())
        {
            Assert.Fail("There is no target.");
        }
    }

    [Fact]
    public void IsSingle_OneOrTwoTargets_TellsThemApart()
    {
        Action one = () => { };

        Assert.True(Delegates.IsSingle(one));
        Assert.False(Delegates.IsSingle(one + one));
    }
}
